package dev.millrace.compute.program;

import dev.millrace.model.TaskResult;
import java.util.List;

/// What the stage before wrote. Belongs to the task's thread.
public interface StageInput {
  /// The results of the stage before, in order.
  List<TaskResult> parts();

  /// Reads verified bytes of what one task of the stage before wrote. Reading from front to back in
  /// large steps is fastest; anywhere else a read costs one frame (128 KiB) at least. Also the
  /// place where a cancelled task stops, and where progress is counted.
  ///
  /// @param part position in [#parts]
  /// @param position within that part
  /// @return how many bytes were read: 1 to `length`, or 0 at the part's end
  /// @throws dev.millrace.base.MillraceException CANCELLED; CORRUPT_DATA, IO_ERROR and what else
  ///   reading can fail with
  int read(int part, long position, byte[] target, int offset, int length);
}
