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
/// @param provenance absent for a job that a version of Millrace without it accepted
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
    Optional<Provenance> provenance,
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
      List<TaskFailure> failures,
      Optional<Provenance> provenance) {
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
        provenance,
        Optional.empty());
  }

  /// A job without failed tasks and files, of whose provenance nothing is known.
  public Job(
      JobId id,
      JobSpec spec,
      JobState state,
      long createdMillis,
      long endedMillis,
      WrappedKey sessionKey,
      Optional<VersionId> output,
      Optional<String> failure) {
    this(
        id,
        spec,
        state,
        createdMillis,
        endedMillis,
        sessionKey,
        output,
        failure,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /// The job that computed this one's answer, when it was given that answer instead of being run.
  public Optional<JobId> reusedFrom() {
    return provenance.flatMap(Provenance::reusedFrom);
  }
}
