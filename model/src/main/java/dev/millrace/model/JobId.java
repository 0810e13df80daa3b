package dev.millrace.model;

import dev.millrace.base.Id128;

/// A job.
public record JobId(Id128 value) implements Comparable<JobId> {
  /// Reads the 32 hexadecimal digits of [#toString].
  ///
  /// @throws dev.millrace.base.MillraceException INVALID_ARGUMENT for anything else
  public static JobId parse(String text) {
    return new JobId(Id128.parse(text));
  }

  @Override
  public int compareTo(JobId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
