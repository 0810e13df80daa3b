package dev.millrace.http;

/// Told about every answer, for metrics. Called on the request's thread; must not block or throw.
@FunctionalInterface
public interface RequestObserver {
  /// Takes note of one answer.
  ///
  /// @param status of the answer's head, also when its body was broken off
  void answered(String method, int status, long sentBytes, long nanos);
}
