package dev.millrace.model;

import dev.millrace.base.Bytes;
import java.util.Map;

/// What a finished task left: its part of the answer, by reference.
///
/// @param task position in the order of the answer, from 0
/// @param inputOffset first byte of its piece in the concatenated inputs
/// @param inputBytes length of its piece
/// @param output the sealed part of the answer; no extents when it wrote none
/// @param counters figures that the program returned, by name
/// @param state what the program passes to the combining step (a digest's state, say)
public record TaskResult(
    int task,
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
}
