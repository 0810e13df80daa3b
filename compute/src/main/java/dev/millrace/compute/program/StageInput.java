package dev.millrace.compute.program;

import dev.millrace.model.TaskResult;
import java.util.List;

/// What the stage before wrote. Belongs to the task's thread.
public interface StageInput {
  /// The results of the stage before, in order.
  List<TaskResult> parts();

  /// Reads verified bytes of what a task wrote. Access is random, by frames of 128 KiB; large steps
  /// in sequence are fastest.
  ///
  /// @param part position in [#parts]
  /// @param position within the part
  /// @return how many bytes were read: 1 to `length`, or 0 at the part's end
  int read(int part, long position, byte[] target, int offset, int length);
}
