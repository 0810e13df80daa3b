package dev.millrace.compute.sandbox;

/// How a program ended. Nothing of it runs any more then.
public sealed interface SandboxEnd {
  /// It ended by itself. As in a shell, 127 says that there is no such program, 126 that it cannot
  /// be executed, and its standard error says why.
  record Exited(int code) implements SandboxEnd {}

  /// It was ended by a signal that this sandbox did not send, or by [Running#kill] (9). A program
  /// that itself exits with 129 to 192 looks the same, as in a shell.
  record Signalled(int signal) implements SandboxEnd {}

  /// It, or one of its processes, was ended because all together used more memory than allowed.
  record OutOfMemory(long limitBytes) implements SandboxEnd {}

  /// It took longer than allowed and was ended.
  record OutOfTime(long limitMillis) implements SandboxEnd {}

  /// The sandbox could not be set up; the program never ran.
  ///
  /// @param why one line
  record Refused(String why) implements SandboxEnd {}
}
