package dev.millrace.compute.worker;

import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.compute.plan.Piece;
import dev.millrace.model.JobId;
import dev.millrace.model.Priority;
import dev.millrace.model.TaskId;

/// One task as a worker gets it.
///
/// @param piece what of its stage's input it works on
/// @param attempt which try this is
/// @param inputs of the whole job
/// @param order how its part of the output is written; where the answer is files its key is the
///   prefix of theirs
/// @param last whether the answer ends with that part
/// @param priority of the job
public record TaskOrder(
    JobId job,
    TaskId id,
    Piece piece,
    Try attempt,
    Work work,
    int inputs,
    WriteOrder order,
    boolean last,
    Priority priority) {
  /// One of several tries of a task.
  ///
  /// @param number from 1
  /// @param limitFactor how many times the job's limits it may use: more after it hit one
  public record Try(int number, int limitFactor) {
    public static final Try FIRST = new Try(1, 1);
  }
}
