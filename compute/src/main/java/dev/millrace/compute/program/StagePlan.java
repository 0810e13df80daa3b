package dev.millrace.compute.program;

import dev.millrace.model.TaskResult;
import java.util.List;

/// Decides what comes after each stage of a job. Deterministic, and without effects: it is asked
/// again when a job goes on after a restart, and must come to the same stage.
public interface StagePlan {
  /// The stage that follows.
  ///
  /// @param stage which has ended, 0 for the pieces of the input; not a last one
  /// @param results of that stage, in order
  Stage after(int stage, List<TaskResult> results);

  /// About how many times the bytes of the input will be read again by further stages, for
  /// estimates.
  default int passes() {
    return 0;
  }
}
