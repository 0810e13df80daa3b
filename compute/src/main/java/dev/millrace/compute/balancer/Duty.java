package dev.millrace.compute.balancer;

import dev.millrace.model.JobState;
import dev.millrace.model.TaskFailure;
import dev.millrace.model.TaskResult;
import java.util.List;

/// What a job needs done in the catalog next.
sealed interface Duty {
  /// Nothing before something happens, or a while has passed.
  record Await() implements Duty {}

  /// Record these finished tasks.
  record Save(List<TaskResult> results) implements Duty {}

  /// Ask what follows a stage that is complete.
  record Plan(int stage, List<TaskResult> results) implements Duty {}

  /// Put the answer together and publish it.
  record Publish() implements Duty {}

  /// End the job without an answer, FAILED or CANCELLED.
  ///
  /// @param keepTasks whether what is finished is kept for another try
  record End(JobState state, String failure, List<TaskFailure> failures, boolean keepTasks)
      implements Duty {}

  /// The job has ended.
  record Done() implements Duty {}
}
