package dev.millrace.base;

/// The numbered reasons for which an operation fails. Numbers are stable: scripts and other nodes
/// see them. Each front door maps a code to its own form (exit status, HTTP status, errno) by one
/// exhaustive `switch` over [Kind] or over the codes.
public enum ErrorCode {
  INVALID_ARGUMENT(1001, Kind.USER),
  ACCESS_DENIED(1002, Kind.USER),
  UNAUTHENTICATED(1003, Kind.USER),
  PRECONDITION_FAILED(1004, Kind.USER),
  NO_SUCH_FILE(1005, Kind.USER),
  NO_SUCH_BUCKET(1010, Kind.USER),
  BUCKET_EXISTS(1011, Kind.USER),
  BUCKET_NOT_EMPTY(1012, Kind.USER),
  INVALID_BUCKET_NAME(1013, Kind.USER),
  NO_SUCH_KEY(1020, Kind.USER),
  NO_SUCH_VERSION(1021, Kind.USER),
  INVALID_KEY(1022, Kind.USER),
  INVALID_RANGE(1023, Kind.USER),
  TOO_LARGE(1024, Kind.USER),
  DIGEST_MISMATCH(1025, Kind.USER),
  INCOMPLETE_BODY(1026, Kind.USER),
  INPUT_CHANGED(1027, Kind.USER),
  NO_SUCH_JOB(1030, Kind.USER),
  NO_SUCH_PROGRAM(1031, Kind.USER),
  BAD_INPUT(1032, Kind.USER),
  JOB_FAILED(1033, Kind.USER),
  CANCELLED(1034, Kind.USER),
  PROGRAM_FAILED(1035, Kind.USER),
  PLUGIN_FAILED(1036, Kind.USER),
  HOME_IN_USE(1040, Kind.USER),
  HOME_VERSION(1041, Kind.USER),
  KEY_MISSING(1042, Kind.USER),
  KEY_WRONG(1043, Kind.USER),
  CONFIGURATION(1044, Kind.USER),
  SANDBOX_INCOMPLETE(1045, Kind.USER),
  UNAVAILABLE(2001, Kind.RETRYABLE),
  TIMEOUT(2002, Kind.RETRYABLE),
  NOT_LEADER(2003, Kind.RETRYABLE),
  INTERRUPTED(2004, Kind.RETRYABLE),
  DISK_FULL(3001, Kind.EXHAUSTED),
  VOLUME_FULL(3002, Kind.EXHAUSTED),
  READ_ONLY(3003, Kind.EXHAUSTED),
  BUSY(3004, Kind.EXHAUSTED),
  LIMIT_HIT(3005, Kind.EXHAUSTED),
  CORRUPT_DATA(4001, Kind.CORRUPT),
  CORRUPT_CATALOG(4002, Kind.CORRUPT),
  CORRUPT_LOG(4003, Kind.CORRUPT),
  IO_ERROR(5001, Kind.INTERNAL),
  BUG(5002, Kind.INTERNAL);

  /// What the caller can do about a failure.
  public enum Kind {
    /// The request is wrong: the same request fails again.
    USER,
    /// The same request may succeed later, or at another node.
    RETRYABLE,
    /// A resource is used up: succeeds again once a person or the system made room.
    EXHAUSTED,
    /// Stored bytes are not what was written. Never retried silently.
    CORRUPT,
    /// A fault of the machine or of Millrace itself.
    INTERNAL
  }

  private final int number;
  private final Kind kind;

  ErrorCode(int number, Kind kind) {
    this.number = number;
    this.kind = kind;
  }

  /// The stable number.
  public int number() {
    return number;
  }

  public Kind kind() {
    return kind;
  }

  /// The code with this number, or [#BUG] for a number of a newer version.
  public static ErrorCode ofNumber(int number) {
    for (ErrorCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return BUG;
  }
}
