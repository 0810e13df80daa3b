package dev.millrace.compute.sandbox;

import java.io.InputStream;
import java.io.OutputStream;

/// A program that was started. Thread-safe; each stream is for one thread.
///
/// Read both outputs, or the program stands still when a pipe is full. A program that closes its
/// input early makes writing to it fail with an `IOException`, which says nothing about its end.
public interface Running extends AutoCloseable {
  OutputStream stdin();

  InputStream stdout();

  InputStream stderr();

  /// Waits for the end. No process of the program is left then.
  ///
  /// @throws dev.millrace.base.MillraceException INTERRUPTED when this thread is
  SandboxEnd await();

  /// Ends all processes of the program at once, whatever they did to get away. Does nothing when it
  /// has ended.
  void kill();

  /// Stops all its processes where they are, until [#resume]. Returns when they stand, within
  /// milliseconds, or after a second when one of them waits for a disk. The time limit does not run
  /// meanwhile.
  ///
  /// @throws dev.millrace.base.MillraceException UNAVAILABLE where this machine has no freezer
  void pause();

  void resume();

  /// Processor time of all its processes so far, children that ended included.
  long cpuNanos();

  /// The most memory that it used at one time, scratch included; 0 where the machine doesn't say.
  long memoryPeakBytes();

  /// Kills it when it still runs, waits for its end, and removes what it left. Idempotent.
  @Override
  void close();
}
