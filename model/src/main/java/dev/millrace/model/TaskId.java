package dev.millrace.model;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A task within its job. Ordered by stage, then by task.
///
/// @param stage which stage of the job, 0 for the pieces of its input
/// @param task position in the order of the stage's output, from 0
public record TaskId(int stage, int task) implements Comparable<TaskId> {
  /// Stages that a job may have.
  public static final int STAGES = 1 << 7;

  /// Tasks that a stage may have.
  public static final int TASKS = 1 << 24;

  private static final Pattern TEXT = Pattern.compile("(?:([0-9]{1,3})\\.)?([0-9]{1,8})");

  private static final Comparator<TaskId> ORDER =
      Comparator.comparingInt(TaskId::stage).thenComparingInt(TaskId::task);

  public TaskId {
    Check.that(
        stage >= 0 && stage < STAGES && task >= 0 && task < TASKS, "task %d.%d", stage, task);
  }

  /// Reads what [#toString] writes.
  ///
  /// @throws MillraceException INVALID_ARGUMENT
  public static TaskId parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (matcher.matches()) {
      int stage = matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1));
      int task = Integer.parseInt(matcher.group(2));
      if (stage < STAGES && task < TASKS) {
        return new TaskId(stage, task);
      }
    }
    throw new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "task '" + Text.printable(text) + "': not a task's number: write 7 or 1.0");
  }

  @Override
  public int compareTo(TaskId other) {
    return ORDER.compare(this, other);
  }

  /// `7` for a piece of the input, `1.7` for a task of a later stage.
  @Override
  public String toString() {
    return stage == 0 ? Integer.toString(task) : stage + "." + task;
  }
}
