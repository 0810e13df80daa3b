package dev.millrace.compute.worker;

import dev.millrace.base.MillraceException;
import dev.millrace.model.NodeId;
import dev.millrace.model.TaskResult;

/// Runs tasks. Thread-safe.
public interface Worker extends AutoCloseable {
  /// How many tasks run at once.
  int slots();

  /// The node whose slots these are.
  NodeId node();

  /// Begins a task; at most [#slots] may be in a slot. The listener is told once, from another
  /// thread, how it ended.
  Attempt start(TaskOrder order, Listener listener);

  /// Cancels what runs and waits for it to stop.
  @Override
  void close();

  /// A task that was started.
  interface Attempt {
    /// Asks it to stop; it fails with CANCELLED soon, unless it is finished before.
    void cancel();

    /// Bytes of its piece that it has read so far.
    long bytesRead();
  }

  /// Told how a task ended.
  interface Listener {
    /// The task has left its slot and will end soon: another one may begin. Called at most once,
    /// before the end; a task that ends without it is in its slot until then.
    void leftSlot();

    /// What the attempt said on standard error, if it said anything. Called once, before the end.
    void logged(byte[] log);

    void finished(TaskResult result);

    /// CANCELLED, BAD_INPUT, PROGRAM_FAILED, LIMIT_HIT, what reading or writing fails with, or BUG.
    ///
    /// @param log the end of what the program wrote to standard error
    void failed(MillraceException failure, String log);
  }
}
