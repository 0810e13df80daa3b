package dev.millrace.model;

import dev.millrace.base.Bytes;
import java.util.Map;

/// What a finished task left: its part of the answer, by reference.
///
/// @param inputOffset first byte of its piece in what its stage reads
/// @param inputBytes length of its piece
/// @param output the sealed part of the stage's output; no extents when it wrote none
/// @param counters figures that the program returned, by name
/// @param state what the program passes to the combining step (a digest's state, say)
public record TaskResult(
    TaskId id,
    long inputOffset,
    long inputBytes,
    Manifest output,
    Map<String, Long> counters,
    Bytes state,
    NodeId node,
    long elapsedMillis) {
  public TaskResult {
    counters = Map.copyOf(counters);
  }

  public int stage() {
    return id.stage();
  }

  /// Position in the order of the stage's output, from 0.
  public int task() {
    return id.task();
  }
}
