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

  /// Begins a file, where answers are files: what is written to the task's output from here on
  /// belongs to it, until the next one begins or the task ends. A task that is run again writes its
  /// files again. Belongs to whoever writes the output.
  ///
  /// @param name below the job's output, such as `a/b.txt`
  /// @throws dev.millrace.base.MillraceException INVALID_KEY for a name that is no relative path of
  ///   plain names or too long, BAD_INPUT for one that this task wrote already, TOO_LARGE for too
  ///   many files
  void beginFile(String name);

  /// Which task of its stage this is, from 0.
  int task();

  /// How many inputs the job has, whatever number of them this piece touches.
  int inputs();

  /// How many times the job's limits this attempt may use: 1, and more after one that hit a limit.
  int limitFactor();

  /// Takes what the program says for people to read: the last 64 KiB are kept and shown by
  /// `millrace logs`. May be called from another thread than the task's.
  void log(byte[] source, int offset, int length);

  /// Adds to one of the figures that are passed to the combining step. A plug-in has up to 64 of
  /// them, with names of up to 64 characters.
  void add(String counter, long amount);

  /// Something costly to make (a compression context, a large buffer) that tasks use one after the
  /// other: one of each type. It comes as the last task left it, of whatever job, so that an answer
  /// must not depend on what is in it. The worker closes it at its end.
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
