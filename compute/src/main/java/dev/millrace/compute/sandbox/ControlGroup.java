package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The control group of one attempt: what its processes may use, and what they have used. Where the
/// machine has no control groups nothing is limited and everything reads as zero. Thread-safe.
interface ControlGroup {
  /// Sets what its processes may use together.
  void limit(SandboxLimits limits) throws IOException;

  /// Files to which a process writes its id to join, before it executes the program.
  List<Path> joins();

  /// Stops or continues all processes, and waits for that, a second at most.
  ///
  /// @throws dev.millrace.base.MillraceException UNAVAILABLE where there is no freezer
  void freeze(boolean frozen);

  /// Ends all processes that are in the group now; a fork may get away, so it is called until
  /// [#empty].
  void killAll();

  /// True when no process is left. Also true where the machine has no control groups.
  boolean empty();

  /// Processor time used so far.
  long cpuNanos();

  long memoryPeakBytes();

  /// Whether a process was ended because the group's memory was used up.
  boolean ranOutOfMemory();

  /// In how many periods its processes had to wait since their share was used up.
  long throttledPeriods();

  /// Removes the group, when it is empty.
  ///
  /// @return false when the kernel is not done with it yet
  boolean remove();
}
