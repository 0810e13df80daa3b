package dev.millrace.model;

import dev.millrace.base.Id128;

/// A disk of a node, written into the disk's own folder.
public record DiskId(Id128 value) implements Comparable<DiskId> {
  /// Reads the 32 hexadecimal digits of [#toString].
  ///
  /// @throws dev.millrace.base.MillraceException INVALID_ARGUMENT for anything else
  public static DiskId parse(String text) {
    return new DiskId(Id128.parse(text));
  }

  @Override
  public int compareTo(DiskId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
