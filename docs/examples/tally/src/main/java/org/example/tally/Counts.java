package org.example.tally;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How often each value came. Holds no more than fits into the state of a piece.
final class Counts {
  /// Values that are told apart.
  static final int VALUES = 10_000;

  /// Bytes of one value. The state of a piece may have 1 MiB.
  static final int VALUE_BYTES = 1000;

  private static final int STATE_BYTES = 1 << 20;
  private static final int ROW_BYTES = Long.BYTES + Integer.BYTES;

  private final Map<Bytes, Long> counts = new HashMap<>();
  private int stateBytes;

  /// @param count how often it came
  record Row(Bytes value, long count) {}

  /// Counts a value.
  ///
  /// @throws MillraceException BAD_INPUT when there are too many
  void add(Bytes value, long count) {
    if (counts.merge(value, count, Long::sum) == count) {
      stateBytes += ROW_BYTES + value.length();
      if (counts.size() > VALUES || stateBytes > STATE_BYTES) {
        throw new MillraceException(
            ErrorCode.BAD_INPUT,
            "tally: there are more than "
                + VALUES
                + " different values, or 1 MiB of them: tally a field that has fewer");
      }
    }
  }

  /// The most frequent first; of the same frequency, the greatest bytes first.
  List<Row> rows() {
    return counts.entrySet().stream()
        .map(entry -> new Row(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparingLong(Row::count)
                .thenComparing(row -> row.value().toArray(), Arrays::compareUnsigned)
                .reversed())
        .toList();
  }

  /// For each value its count (8 bytes), its length (4 bytes) and itself. In the order of the rows,
  /// so that two runs over a piece return the same.
  Bytes toState() {
    ByteBuffer state = ByteBuffer.allocate(stateBytes);
    for (Row row : rows()) {
      state.putLong(row.count()).putInt(row.value().length()).put(row.value().toArray());
    }
    return Bytes.copyOf(state.array());
  }

  /// Adds what another piece counted.
  void addState(Bytes state) {
    ByteBuffer left = ByteBuffer.wrap(state.toArray());
    while (left.hasRemaining()) {
      long count = left.getLong();
      byte[] value = new byte[left.getInt()];
      left.get(value);
      add(Bytes.copyOf(value), count);
    }
  }
}
