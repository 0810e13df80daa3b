package dev.millrace.base;

/// Where time comes from. Everything that decides takes a clock, so that tests and simulations can
/// give their own.
public interface Clock {
  /// Wall-clock milliseconds since 1970-01-01T00:00:00Z; may jump.
  long currentMillis();

  /// Monotonic nanoseconds since an arbitrary origin.
  long nanoTime();

  /// The machine's own clock.
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
