package dev.millrace.http;

import dev.millrace.base.ErrorCode;

/// Writes a failure in the form that a front door's clients expect.
@FunctionalInterface
public interface ErrorBody {
  /// The answer that tells a failure.
  ///
  /// @param message complete, without secrets
  Response of(int status, ErrorCode code, String message);
}
