package dev.millrace.compute.balancer;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand.ReuseResult;
import dev.millrace.net.CatalogQuery;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers a job from the recorded result of an earlier one. It costs a look-up and one entry of
/// the catalog's log, however many inputs there are. Thread-safe.
final class Reuse {
  private static final Logger LOG = LoggerFactory.getLogger(Reuse.class);
  private static final int ATTEMPTS = 4;

  private final Catalog catalog;

  Reuse(Catalog catalog) {
    this.catalog = catalog;
  }

  /// The job `id`, which has succeeded; absent when it has to be run.
  ///
  /// @param bucket with `key`, where the answer is published again
  Optional<JobProgress> answer(JobId id, Sha256 result, BucketName bucket, ObjectKey key) {
    if (catalog.query(new CatalogQuery.FindResult(result)).isEmpty()) {
      return Optional.empty();
    }
    VersionId version = new VersionId(id.value());
    Optional<Job> job = execute(new ReuseResult(result, id, version, bucket, key));
    job.ifPresent(given ->
        LOG.info("event=job-reused job={} from={}", given.id(), given.reusedFrom().orElseThrow()));
    return job.map(given -> JobViews.recorded(given, sizeBytes(given)));
  }

  /// Executed again it gives the same job, so a lost reply is no harm.
  private Optional<Job> execute(ReuseResult command) {
    for (int attempt = 1; ; attempt++) {
      try {
        return catalog.execute(command);
      } catch (MillraceException e) {
        if (e.code().kind() != ErrorCode.Kind.RETRYABLE || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private long sizeBytes(Job job) {
    if (job.files().isPresent()) {
      return job.files().get().sizeBytes();
    }
    ObjectRef ref = new ObjectRef(job.spec().outputBucket(), job.spec().outputKey(), job.output());
    return catalog.query(new CatalogQuery.GetVersion(ref)) instanceof StoredVersion version
        ? version.sizeBytes()
        : 0;
  }
}
