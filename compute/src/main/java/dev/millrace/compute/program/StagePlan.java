package dev.millrace.compute.program;

import dev.millrace.model.TaskResult;
import java.util.List;
import java.util.Optional;

/// Decides what comes after each stage; pure and deterministic (asked again after a restart).
public interface StagePlan {
  /// The stage behind one that has ended.
  ///
  /// @param stage which has just ended, 0 for the pieces of the input
  /// @param results of that stage, in order
  /// @return the next stage; absent when the outputs of this one, one behind the other, are the
  ///   answer
  Optional<Stage> after(int stage, List<TaskResult> results);
}
