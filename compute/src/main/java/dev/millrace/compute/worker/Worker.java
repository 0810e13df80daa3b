package dev.millrace.compute.worker;

import dev.millrace.base.MillraceException;
import dev.millrace.model.NodeId;
import dev.millrace.model.TaskResult;

/// Runs tasks. Thread-safe.
public interface Worker extends AutoCloseable {
  /// How many tasks compute at once.
  int slots();

  /// The node whose slots these are.
  NodeId node();

  /// How many tasks may have begun and not left their slot; those beyond [#slots] take turns with
  /// the others, by their jobs' priorities and by what their jobs have used. More wait for a place,
  /// in the order of their beginning.
  int places();

  /// Begins a task. The listener is told once, from another thread, how it ended.
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
    /// The task needs no slot any more and will end soon: another one may begin. Called at most
    /// once, before the end; a task that ends without it has its place until then.
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
