package dev.millrace.base;

/// Assertions that are always on. A failure is a bug of Millrace, never of its user.
public final class Check {
  private Check() {}

  /// Throws [IllegalStateException] with the formatted values unless `condition` holds.
  public static void that(boolean condition, String format, Object... values) {
    if (!condition) {
      throw new IllegalStateException("bug: " + String.format(format, values));
    }
  }
}
