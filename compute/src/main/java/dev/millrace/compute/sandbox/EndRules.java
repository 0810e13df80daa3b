package dev.millrace.compute.sandbox;

import dev.millrace.base.Text;

/// Tells what became of an attempt from what its processes left behind. Pure.
final class EndRules {
  /// Why the sandbox itself ended it, if it did.
  enum Cause {
    NONE,
    KILLED,
    OUT_OF_TIME,
    OUT_OF_MEMORY
  }

  /// What was seen when all was over.
  ///
  /// @param status of the outermost process; past 128 it was ended by a signal, or says that what
  ///   it waited for was
  /// @param ran whether the program was executed
  /// @param complaint the first text on its standard error
  record Seen(int status, boolean ran, Cause cause, boolean ranOutOfMemory, String complaint) {}

  private static final int SIGNAL = 128;
  private static final int LAST_SIGNAL = 64;
  private static final int KILL = 9;
  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;
  private static final String CANNOT_EXECUTE = "bwrap: execvp ";

  private EndRules() {}

  static SandboxEnd end(Seen seen, SandboxLimits limits) {
    if (seen.cause() == Cause.OUT_OF_TIME) {
      return new SandboxEnd.OutOfTime(limits.timeMillis());
    }
    if (seen.ranOutOfMemory() || seen.cause() == Cause.OUT_OF_MEMORY) {
      return new SandboxEnd.OutOfMemory(limits.memoryBytes());
    }
    if (seen.cause() == Cause.KILLED) {
      return new SandboxEnd.Signalled(KILL);
    }
    boolean signalled = seen.status() > SIGNAL && seen.status() <= SIGNAL + LAST_SIGNAL;
    if (signalled) {
      return new SandboxEnd.Signalled(seen.status() - SIGNAL);
    }
    return seen.ran() ? new SandboxEnd.Exited(seen.status()) : neverRan(seen.complaint());
  }

  private static SandboxEnd neverRan(String complaint) {
    String line = complaint.lines().findFirst().orElse("it ended without a word");
    if (line.startsWith(CANNOT_EXECUTE)) {
      boolean missing = line.endsWith(": No such file or directory");
      return new SandboxEnd.Exited(missing ? NOT_FOUND : NOT_EXECUTABLE);
    }
    return new SandboxEnd.Refused(Text.printable(line));
  }
}
