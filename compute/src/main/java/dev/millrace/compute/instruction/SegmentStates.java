package dev.millrace.compute.instruction;

import dev.millrace.base.Bytes;
import java.nio.ByteBuffer;

/// States of pieces that are a row of records, one for each segment, of which each begins with the
/// number of its input (4 bytes).
final class SegmentStates {
  private SegmentStates() {}

  /// The same state with larger numbers of inputs.
  static Bytes moved(Bytes state, int recordBytes, int by) {
    if (by == 0) {
      return state;
    }
    ByteBuffer records = ByteBuffer.wrap(state.toArray());
    for (int at = 0; at < records.limit(); at += recordBytes) {
      records.putInt(at, records.getInt(at) + by);
    }
    return Bytes.copyOf(records.array());
  }
}
