package dev.millrace.compute.sandbox;

/// Runs foreign programs apart from everything else on this machine. Thread-safe.
public interface Sandbox {
  /// What a test of this sandbox on this machine found. The first call makes the test, which takes
  /// about a second; a complete report is kept, and an incomplete one for ten seconds, so that a
  /// remedy shows without a restart.
  SandboxReport report();

  /// Starts a program. The caller closes what it gets.
  ///
  /// A program that is not there, may not be executed or is for another machine is no failure of
  /// this method: it ends with status 127 or 126 and says why on its standard error, as in a shell.
  ///
  /// @throws dev.millrace.base.MillraceException SANDBOX_INCOMPLETE with the remedy, when the
  ///   report is incomplete and the order isn't to be run unsandboxed; NO_SUCH_FILE, ACCESS_DENIED
  ///   when a file of the order cannot be shown; IO_ERROR when the machine cannot start a process
  Running start(SandboxOrder order);
}
