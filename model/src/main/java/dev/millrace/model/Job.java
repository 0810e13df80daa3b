package dev.millrace.model;

import java.util.List;
import java.util.Optional;

/// A job as the catalog records it.
///
/// @param sessionKey seals the pieces of the answer until they are published
/// @param endedMillis 0 while it has not ended
/// @param output the published version, when SUCCEEDED with an answer that is one object
/// @param failure `what: why: what to do`, when FAILED or CANCELLED
/// @param failures the first tasks that were set aside; at most [#FAILURES]
/// @param files what was published, when SUCCEEDED with an answer that is files: they lie below the
///   output key of the spec
public record Job(
    JobId id,
    JobSpec spec,
    JobState state,
    long createdMillis,
    long endedMillis,
    WrappedKey sessionKey,
    Optional<VersionId> output,
    Optional<String> failure,
    List<TaskFailure> failures,
    Optional<JobFiles> files) {
  /// How many failed tasks a job's record describes.
  public static final int FAILURES = 16;

  public Job {
    failures = List.copyOf(failures);
  }

  /// A job without files.
  public Job(
      JobId id,
      JobSpec spec,
      JobState state,
      long createdMillis,
      long endedMillis,
      WrappedKey sessionKey,
      Optional<VersionId> output,
      Optional<String> failure,
      List<TaskFailure> failures) {
    this(
        id,
        spec,
        state,
        createdMillis,
        endedMillis,
        sessionKey,
        output,
        failure,
        failures,
        Optional.empty());
  }
}
