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

  /// A job as it is accepted.
  public static Job accepted(
      JobId id,
      JobSpec spec,
      long createdMillis,
      WrappedKey sessionKey,
      Optional<Provenance> provenance) {
    return new Job(
        id,
        spec,
        JobState.ACCEPTED,
        createdMillis,
        0,
        sessionKey,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        provenance,
        Optional.empty());
  }

  /// The job with a spec that names no inputs, for whoever keeps or sends many: it may have a
  /// hundred thousand.
  public Job withoutInputs() {
    return spec.inputs().isEmpty()
        ? this
        : new Job(
            id,
            spec.withoutInputs(),
            state,
            createdMillis,
            endedMillis,
            sessionKey,
            output,
            failure,
            failures,
            provenance,
            files);
  }

  /// The job when it has begun, or goes on.
  public Job running() {
    return with(JobState.RUNNING, 0, Optional.empty(), List.of());
  }

  /// The job, which has no answer, when these tasks were set aside.
  public Job withFailures(List<TaskFailure> setAside) {
    return with(state, endedMillis, failure, setAside);
  }

  /// The job without an answer.
  ///
  /// @param end FAILED or CANCELLED
  public Job stopped(JobState end, long atMillis, String why, List<TaskFailure> setAside) {
    return with(end, atMillis, Optional.of(why), setAside);
  }

  /// The job with an answer that is one object.
  public Job succeeded(long atMillis, VersionId answer, List<NodeId> nodes) {
    return succeeded(atMillis, Optional.of(answer), Optional.empty(), nodes);
  }

  /// The job with an answer that is files.
  public Job succeeded(long atMillis, JobFiles answer, List<NodeId> nodes) {
    return succeeded(atMillis, Optional.empty(), Optional.of(answer), nodes);
  }

  private Job succeeded(
      long atMillis, Optional<VersionId> one, Optional<JobFiles> many, List<NodeId> nodes) {
    return new Job(
        id,
        spec,
        JobState.SUCCEEDED,
        createdMillis,
        atMillis,
        sessionKey,
        one,
        Optional.empty(),
        List.of(),
        provenance.map(from -> from.withNodes(nodes)),
        many);
  }

  private Job with(JobState now, long atMillis, Optional<String> why, List<TaskFailure> setAside) {
    return new Job(
        id,
        spec,
        now,
        createdMillis,
        atMillis,
        sessionKey,
        Optional.empty(),
        why,
        setAside,
        provenance,
        Optional.empty());
  }

  /// The job that computed this one's answer, when it was given that answer instead of being run.
  public Optional<JobId> reusedFrom() {
    return provenance.flatMap(Provenance::reusedFrom);
  }
}
