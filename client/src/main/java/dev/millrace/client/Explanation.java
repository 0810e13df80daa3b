package dev.millrace.client;

import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.ObjectRef;
import java.util.List;
import java.util.Optional;

/// Where a job's answer comes from.
///
/// @param job as it is recorded; its spec without inputs, of which there may be many
/// @param computed the job that computed the answer, likewise without inputs: the same job, or the
///   one from whose record it was answered
/// @param inputCount how many inputs that job had
/// @param inputs the first of them, in order
/// @param ancestors the jobs that the answer goes back to, nearest first, as far as they are known
public record Explanation(
    Job job, Job computed, int inputCount, List<Input> inputs, List<Ancestor> ancestors) {
  /// Inputs that are shown when nobody asks for more.
  public static final int SHOWN_INPUTS = 20;

  public Explanation {
    inputs = List.copyOf(inputs);
    ancestors = List.copyOf(ancestors);
  }

  /// An input.
  ///
  /// @param ref its exact version
  /// @param label how the answer names it
  /// @param sizeBytes absent when the version was destroyed since
  public record Input(ObjectRef ref, String label, Optional<Long> sizeBytes) {}

  /// An earlier job that the one before it goes back to.
  ///
  /// @param whole whether all of its answer was taken, or only that to unchanged inputs
  public record Ancestor(JobId job, boolean whole) {}
}
