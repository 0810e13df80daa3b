package dev.millrace.compute.program;

import dev.millrace.base.Bytes;
import java.io.IOException;
import java.io.OutputStream;

/// A further stage of a job: its tasks run on slots, as the pieces of the input did, and read what
/// the stage before wrote. Immutable and thread-safe.
public interface Stage {
  /// How many tasks there are, 1 or more. Their outputs, one behind the other, are the stage's.
  int tasks();

  /// Whether its output is the answer. Nothing is asked for behind such a stage.
  boolean last();

  /// Runs one task; as [Call#run].
  ///
  /// @param task from 0
  Bytes run(int task, StageInput input, OutputStream output, TaskContext context)
      throws IOException;
}
