package dev.millrace.compute.program;

import dev.millrace.compute.slice.Companion;
import java.io.IOException;
import java.util.function.Supplier;

/// What a worker offers to a running task. Belongs to the task's thread.
public interface TaskContext {
  /// Stops here when the task was cancelled, and waits here while others are to have its slot.
  /// Reading input and writing output call it; work that does neither for longer than 100 ms calls
  /// it itself. In other threads than the task's it only stops. (Threads are not interrupted: an
  /// interrupt in the middle of file I/O would close the file for everybody.)
  ///
  /// @throws dev.millrace.base.MillraceException CANCELLED
  void check();

  /// How many inputs the job has, whatever number of them this piece touches.
  int inputs();

  /// Adds to one of the figures that are shown and passed to the combining step.
  void add(String counter, long amount);

  /// Something costly to make (a compression context, a large buffer) that tasks use one after the
  /// other. It comes as the last task left it. The worker closes it.
  <T extends AutoCloseable> T kept(Class<T> type, Supplier<T> make);

  /// A buffer of 1 MiB for reading, kept like the above.
  byte[] buffer();

  /// While `work` runs, `companion` works for this task in other threads or processes: its
  /// processor time is the task's, and it stands still whenever the task waits for its slot, so the
  /// task's thread must [#check] every 100 ms. One at a time. Where tasks do not take turns, the
  /// work just runs.
  default void accompanied(Companion companion, Work work) throws IOException {
    work.run();
  }

  /// Something that a task does.
  interface Work {
    void run() throws IOException;
  }
}
