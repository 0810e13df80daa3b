package dev.millrace.cli;

/// The command line itself is wrong: exit status 2. The message reads `why: what to do`.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
