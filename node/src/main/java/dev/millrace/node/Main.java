package dev.millrace.node;

import dev.millrace.cli.CommandLine;

/// The program.
public final class Main {
  private Main() {}

  /// Runs one command and ends the process with its exit status.
  public static void main(String[] args) {
    int status = run(args);
    // All is flushed and closed. An orderly exit would look for a logger first, in every jar.
    Runtime.getRuntime().halt(status);
  }

  /// Runs one command and gives its exit status.
  static int run(String... args) {
    return CommandLine.run(args, new HomeAccess());
  }
}
