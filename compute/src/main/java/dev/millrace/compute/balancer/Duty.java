package dev.millrace.compute.balancer;

import dev.millrace.model.JobState;
import dev.millrace.model.TaskResult;
import java.util.List;

/// What a job needs done in the catalog next.
sealed interface Duty {
  /// Nothing before something happens, or a while has passed.
  record Await() implements Duty {}

  /// Record these finished tasks.
  record Save(List<TaskResult> results) implements Duty {}

  /// Put the answer together and publish it.
  record Publish() implements Duty {}

  /// End the job without an answer, FAILED or CANCELLED.
  record End(JobState state, String failure) implements Duty {}

  /// The job has ended.
  record Done() implements Duty {}
}
