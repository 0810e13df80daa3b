package dev.millrace.compute.balancer;

import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// What is kept of jobs, and how long: inputs that `run` stored for itself, answers that named no
/// output, what first stages wrote, and the records of ended jobs, each for seven days; a record
/// also as long as its answer, a copy of it, or a job that was given it, is there.
final class RetentionRule {
  static final long KEEP_MILLIS = TimeUnit.DAYS.toMillis(7);

  private RetentionRule() {}

  /// The versions and delete markers of a page that are too old.
  ///
  /// @param inUse inputs of jobs that have not ended; they stay
  static List<ObjectRef> expired(
      BucketName bucket, List<Listed> page, Set<ObjectRef> inUse, long nowMillis) {
    return page.stream()
        .filter(entry -> nowMillis - entry.createdMillis() >= KEEP_MILLIS)
        .map(entry -> new ObjectRef(bucket, entry.key(), Optional.of(entry.version())))
        .filter(ref -> !inUse.contains(ref))
        .toList();
  }

  /// The jobs whose record can go when nothing goes back to them.
  static List<Job> old(List<Job> jobs, long nowMillis) {
    return jobs.stream()
        .filter(job -> job.state().ended() && nowMillis - job.endedMillis() >= KEEP_MILLIS)
        .toList();
  }
}
