package dev.millrace.node;

import dev.millrace.cli.CommandLine;

/// The program.
public final class Main {
  private Main() {}

  /// Runs one command and ends the process with its exit status.
  public static void main(String[] args) {
    System.exit(CommandLine.run(args, new HomeAccess()));
  }
}
