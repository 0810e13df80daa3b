package dev.millrace.node.recovery;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogBackup;
import dev.millrace.client.ContentStore;
import dev.millrace.client.ContentWriter;
import dev.millrace.model.BucketName;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.Stored;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies the catalog into volumes, like any file: now and then a checkpoint, and all log entries
/// between. The copies' own commits change the catalog too; they alone are no reason for another
/// copy. Call [#step] from one thread at a time.
///
/// The copies of the log are a chain: each begins behind the one before it, and one ends at each
/// checkpoint. A restore that meets a gap sees it, and every moment between two checkpoints can be
/// had back.
///
/// Copies older than [#KEEP] are removed, but for the newest checkpoint before that and what
/// follows it: every moment since can be restored.
public final class CatalogCopier {
  /// How far back in time a restore can go.
  static final Duration KEEP = Duration.ofDays(7);

  private static final Logger LOG = LoggerFactory.getLogger(CatalogCopier.class);

  /// Log bytes behind a checkpoint after which the next may be taken. It is, when they are as many
  /// as the checkpoint has: so all that is copied is at most twice the log, however large the
  /// catalog.
  private static final long LOG_BYTES = 64 * ByteUnits.MIB;

  /// Log bytes that are copied without waiting for the time to come: far fewer than those after
  /// which the log lets go of them, or each copy would have to be one of the whole catalog.
  private static final long HURRY_BYTES = 16 * ByteUnits.MIB;

  /// Log bytes in one copy.
  private static final long COPY_BYTES = 4 * ByteUnits.MIB;

  private final CatalogBackup backup;
  private final Catalog catalog;
  private final ContentStore content;
  private final IdSource ids;
  private final Clock clock;
  private final LongSupplier changes;
  private final Path scratch;

  private long changesCopied = -1;
  private long copiedIndex = -1;
  private long logBytes;
  private long checkpointBytes;
  private long steppedNanos;
  private long steppedBytes;

  /// @param changes counts the changes made by others than this
  /// @param scratch a folder for a checkpoint on its way; made and removed
  public CatalogCopier(
      CatalogBackup backup,
      Catalog catalog,
      ContentStore content,
      IdSource ids,
      Clock clock,
      LongSupplier changes,
      Path scratch) {
    this.backup = backup;
    this.catalog = catalog;
    this.content = content;
    this.ids = ids;
    this.clock = clock;
    this.changes = changes;
    this.scratch = scratch;
    this.steppedNanos = clock.nanoTime();
  }

  /// A step when the last one is so long ago, or much has changed since.
  public void stepWhenDue(Duration every) {
    if (clock.nanoTime() - steppedNanos >= every.toNanos()
        || backup.executedBytes() - steppedBytes >= HURRY_BYTES) {
      step();
    }
  }

  /// Copies what has changed since the last step. The first step always does: an earlier process
  /// may have ended before its last one.
  ///
  /// @throws MillraceException when a copy could not be made; the next step tries again
  public void step() {
    steppedNanos = clock.nanoTime();
    steppedBytes = backup.executedBytes();
    long now = changes.getAsLong();
    if (now == changesCopied) {
      return;
    }
    if (copiedIndex < 0) {
      findLastCopy();
    }
    if (copiedIndex < 0
        || logBytes > Math.max(LOG_BYTES, checkpointBytes)
        || !copyLog(Long.MAX_VALUE)) {
      copyCheckpoint();
    }
    changesCopied = now;
  }

  /// Takes up where an earlier process ended.
  private void findLastCopy() {
    List<Copy> copies = copies();
    long checkpoint = -1;
    for (Copy copy : copies) {
      copiedIndex = Math.max(copiedIndex, copy.name().lastIndex());
      if (copy.name() instanceof CopyName.Checkpoint named) {
        if (named.index() > checkpoint) {
          checkpoint = named.index();
          checkpointBytes = copy.sizeBytes();
        }
      }
    }
    for (Copy copy : copies) {
      if (copy.name() instanceof CopyName.Log log && log.lastIndex() > checkpoint) {
        logBytes += copy.sizeBytes();
      }
    }
  }

  /// Copies the entries behind the last copy.
  ///
  /// @param last no entry behind this one
  /// @return false when the log has let go of some of them
  private boolean copyLog(long last) {
    while (copiedIndex < last) {
      if (!(backup.entriesSince(copiedIndex, COPY_BYTES)
          instanceof CatalogBackup.Since.Entries since)) {
        return false;
      }
      List<CatalogBackup.Entry> entries =
          since.entries().stream().filter(entry -> entry.index() <= last).toList();
      if (entries.isEmpty()) {
        return true;
      }
      CopyName.Log name = new CopyName.Log(copiedIndex + 1, Math.min(last, since.upTo()));
      byte[] bytes = LogCopy.encode(entries);
      put(name, sink -> sink.write(bytes));
      logBytes += bytes.length;
      copiedIndex = name.lastIndex();
      if (entries.stream().mapToLong(entry -> entry.body().length()).sum() < COPY_BYTES) {
        return true;
      }
    }
    return true;
  }

  private void copyCheckpoint() {
    FolderArchive.remove(scratch);
    try {
      CatalogBackup.Checkpoint checkpoint = backup.exportCheckpoint(scratch);
      if (copiedIndex >= 0 && !copyLog(checkpoint.index())) {
        LOG.info("event=catalog-log-gone after={} to={}", copiedIndex, checkpoint.index());
      }
      put(
          new CopyName.Checkpoint(checkpoint.index()),
          sink -> FolderArchive.write(scratch, checkpoint.files(), sink));
      copiedIndex = checkpoint.index();
      logBytes = 0;
      checkpointBytes = checkpoint.sizeBytes();
      LOG.info(
          "event=catalog-checkpoint-copied index={} bytes={}",
          checkpoint.index(),
          checkpoint.sizeBytes());
      removeOldCopies();
    } finally {
      FolderArchive.remove(scratch);
    }
  }

  private interface Body {
    void writeTo(OutputStream sink) throws IOException;
  }

  private void put(CopyName name, Body body) {
    VersionId version = new VersionId(ids.timeOrdered());
    WrappedKey key = content.newDataKey();
    ContentWriter writer =
        content.write(
            new ContentStore.WriteOrder(
                BucketName.CATALOG, name.key(), version, key, 0, false, false));
    boolean done = false;
    try {
      body.writeTo(new WriterSink(writer));
      ContentWriter.Written written = writer.finish(true);
      done = true;
      catalog.execute(
          new CatalogCommand.CommitVersion(
              BucketName.CATALOG,
              name.key(),
              version,
              new Stored(
                  written.sizeBytes(),
                  etag(version),
                  written.content(),
                  key,
                  Map.of(),
                  Optional.empty()),
              new CatalogCommand.Precondition.None()));
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR,
          "catalog copy " + name.key() + ": " + e.getMessage() + ": tried again soon",
          e);
    } finally {
      if (!done) {
        writer.abort();
      }
    }
  }

  /// MD5 over all that is copied would take as much of the processors as storing small objects
  /// does. Sealing says whether a copy is whole; its etag only has to be one of a kind, and to show
  /// by its `-` that it is no MD5.
  private static String etag(VersionId version) {
    return version + "-1";
  }

  /// One object of the bucket.
  private record Copy(CopyName name, VersionId version, long sizeBytes, long createdMillis) {}

  private List<Copy> copies() {
    List<Copy> copies = new ArrayList<>();
    ListRequest request = ListRequest.all(BucketName.CATALOG, "");
    while (true) {
      ListPage page = catalog.query(new CatalogQuery.ListObjects(request));
      for (Listed listed : page.entries()) {
        CopyName.of(listed.key())
            .ifPresent(name ->
                copies.add(
                    new Copy(name, listed.version(), listed.sizeBytes(), listed.createdMillis())));
      }
      if (page.next().isEmpty()) {
        return copies;
      }
      request = request.from(page.next().get());
    }
  }

  private void removeOldCopies() {
    List<Copy> copies = copies();
    long horizon = clock.currentMillis() - KEEP.toMillis();
    long base = -1;
    for (Copy copy : copies) {
      if (copy.name() instanceof CopyName.Checkpoint checkpoint
          && copy.createdMillis() <= horizon) {
        base = Math.max(base, checkpoint.index());
      }
    }
    for (Copy copy : copies) {
      boolean superseded =
          switch (copy.name()) {
            case CopyName.Checkpoint checkpoint -> checkpoint.index() < base;
            case CopyName.Log log -> log.lastIndex() <= base;
          };
      if (superseded) {
        catalog.execute(
            new CatalogCommand.DestroyVersion(
                BucketName.CATALOG, copy.name().key(), copy.version()));
      }
    }
  }

  /// A writer as a stream; closing it does not finish the writer.
  private static final class WriterSink extends OutputStream {
    private final ContentWriter writer;

    WriterSink(ContentWriter writer) {
      this.writer = writer;
    }

    @Override
    public void write(int value) {
      writer.write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      writer.write(source, offset, length);
    }
  }
}
