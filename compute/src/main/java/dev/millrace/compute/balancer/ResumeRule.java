package dev.millrace.compute.balancer;

import dev.millrace.model.Job;
import java.util.Optional;

/// Decides which jobs go on after a restart. Called once for each job that has not ended, just
/// before it goes on.
public interface ResumeRule {
  /// All go on.
  ResumeRule ALL = (_, _) -> Optional.empty();

  /// Why a job doesn't go on: `what: why: what to do`. Absent when it does.
  ///
  /// @param recordedTasks that it need not run again
  Optional<String> refusal(Job job, int recordedTasks);
}
