package dev.millrace.compute.plan;

import dev.millrace.base.Check;

/// A run of the concatenated inputs that one task works on.
///
/// @param task position in the order of the answer, from 0
/// @param offset first byte in the concatenated inputs
/// @param lengthBytes 0 only when there are no bytes at all
public record Piece(int task, long offset, long lengthBytes) {
  public Piece {
    Check.that(task >= 0 && offset >= 0 && lengthBytes >= 0, "piece %d at %d", task, offset);
  }

  public long end() {
    return offset + lengthBytes;
  }
}
