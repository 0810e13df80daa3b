package dev.millrace.cli;

/// One command. Instances live for one call.
interface Command {
  /// Adds its options and words.
  void define(Syntax syntax);

  /// Does the work. Failures of single things go to [Session#report]; any other failure is thrown.
  void run(Arguments arguments, Session session);
}
