package dev.millrace.model;

import dev.millrace.base.Id128;

/// A node: one process that holds any set of roles. Kept in its home, so it survives restarts.
public record NodeId(Id128 value) implements Comparable<NodeId> {
  /// Reads the 32 hexadecimal digits of [#toString].
  ///
  /// @throws dev.millrace.base.MillraceException INVALID_ARGUMENT for anything else
  public static NodeId parse(String text) {
    return new NodeId(Id128.parse(text));
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
