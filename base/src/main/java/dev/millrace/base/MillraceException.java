package dev.millrace.base;

import org.jspecify.annotations.Nullable;

/// The one failure that Millrace throws. The message reads `what: why: what to do`, is complete
/// without its cause, and names no secret.
public final class MillraceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  public MillraceException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public MillraceException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }
}
