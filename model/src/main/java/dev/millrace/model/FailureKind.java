package dev.millrace.model;

import dev.millrace.base.ErrorCode;

/// What kind of failure ended an attempt, and so whether another one makes sense.
public enum FailureKind {
  /// It was not the program's doing: a node or a disk was away. Tried again.
  LOST,
  /// The program failed. Tried once more, elsewhere where there is an elsewhere.
  PROGRAM,
  /// It hit a limit. Tried once more with twice the limits.
  LIMIT,
  /// It would fail again: bad input, damaged data, a full disk, a bug.
  FINAL;

  public static FailureKind of(ErrorCode code) {
    return switch (code) {
      case PROGRAM_FAILED -> PROGRAM;
      case LIMIT_HIT -> LIMIT;
      default -> code.kind() == ErrorCode.Kind.RETRYABLE ? LOST : FINAL;
    };
  }
}
