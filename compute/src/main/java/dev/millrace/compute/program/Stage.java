package dev.millrace.compute.program;

import dev.millrace.base.Bytes;
import java.io.IOException;
import java.io.OutputStream;

/// A further stage: its tasks run on slots as the pieces did and read what the stage before wrote.
/// Immutable and thread-safe.
public interface Stage {
  /// How many tasks; 1 or more. Their outputs, one behind the other, are the stage's output.
  int tasks();

  /// Runs one task, as [Call#run] runs a piece.
  ///
  /// @param task from 0
  /// @return what the plan needs of this task; at most 1 MiB
  /// @throws IOException passed on from `output`
  Bytes run(int task, StageInput input, OutputStream output, TaskContext context)
      throws IOException;
}
