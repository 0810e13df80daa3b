package dev.millrace.model;

import dev.millrace.base.Id128;

/// A version of an object, chosen by its writer before the first byte; sorts by the time of
/// writing.
public record VersionId(Id128 value) implements Comparable<VersionId> {
  /// Reads the 32 hexadecimal digits of [#toString].
  ///
  /// @throws dev.millrace.base.MillraceException INVALID_ARGUMENT for anything else
  public static VersionId parse(String text) {
    return new VersionId(Id128.parse(text));
  }

  @Override
  public int compareTo(VersionId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
