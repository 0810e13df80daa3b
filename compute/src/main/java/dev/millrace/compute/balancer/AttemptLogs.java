package dev.millrace.compute.balancer;

import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentStore;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.client.ContentWriter;
import dev.millrace.client.ContentWriter.Written;
import dev.millrace.compute.worker.TaskOrder;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Stored;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what attempts wrote to standard error, one object each: `JOB/TASK/ATTEMPT`. Thread-safe.
final class AttemptLogs {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptLogs.class);

  private final Catalog catalog;
  private final ContentStore store;
  private final IdSource ids;

  AttemptLogs(Catalog catalog, ContentStore store, IdSource ids) {
    this.catalog = catalog;
    this.store = store;
    this.ids = ids;
  }

  /// Stores one. A log that can't be stored is lost, and the job goes on.
  void keep(TaskOrder order, byte[] log) {
    ObjectKey key = new ObjectKey(order.job() + "/" + order.id() + "/" + order.attempt().number());
    VersionId version = new VersionId(ids.timeOrdered());
    try {
      WrappedKey dataKey = store.newDataKey();
      Written written =
          write(new WriteOrder(BucketName.LOGS, key, version, dataKey, 0, true, true), log);
      Stored stored =
          new Stored(
              written.sizeBytes(),
              written.md5().orElseThrow(),
              written.content(),
              dataKey,
              Map.of(),
              Optional.of(order.job()));
      catalog.execute(
          new CatalogCommand.CommitVersion(
              BucketName.LOGS, key, version, stored, new CatalogCommand.Precondition.None()));
    } catch (MillraceException e) {
      LOG.warn("event=log-not-kept job={} task={} why={}", order.job(), order.id(), e.getMessage());
    }
  }

  private Written write(WriteOrder order, byte[] log) {
    ContentWriter writer = store.write(order);
    try {
      writer.write(log, 0, log.length);
      return writer.finish(true);
    } catch (RuntimeException e) {
      writer.abort();
      throw e;
    }
  }
}
