package dev.millrace.model;

import java.util.List;
import java.util.Optional;

/// Where a job's answer comes from, beside what its spec says.
///
/// @param program the digest of what ran, its arguments not included
/// @param result the key under which the answer is recorded: of program, arguments and inputs;
///   absent for a job that is to be run by itself
/// @param reusedFrom the job that computed the answer, when this one was answered from its record;
///   the inputs stand in that job's spec, and this one's has none
/// @param tookFrom the job from which the answers of unchanged inputs were taken over
/// @param nodes those that computed the answer, in order of their ids; none before it is published
public record Provenance(
    Sha256 program,
    Optional<Sha256> result,
    Optional<JobId> reusedFrom,
    Optional<JobId> tookFrom,
    List<NodeId> nodes) {
  public Provenance {
    nodes = List.copyOf(nodes);
  }

  /// Of a job that is going to run.
  public static Provenance of(Sha256 program, Optional<Sha256> result) {
    return new Provenance(program, result, Optional.empty(), Optional.empty(), List.of());
  }

  public Provenance withNothingTaken() {
    return new Provenance(program, result, reusedFrom, Optional.empty(), nodes);
  }

  public Provenance withTaken(JobId from) {
    return new Provenance(program, result, reusedFrom, Optional.of(from), nodes);
  }

  public Provenance withNodes(List<NodeId> computedBy) {
    return new Provenance(program, result, reusedFrom, tookFrom, computedBy);
  }
}
