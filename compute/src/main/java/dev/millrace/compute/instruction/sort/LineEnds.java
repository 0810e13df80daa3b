package dev.millrace.compute.instruction.sort;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds the byte that ends lines, eight bytes at a time. Immutable.
///
/// Reads up to [#SPARE_BYTES] behind what it is asked for: lines lie in arrays that are longer by
/// so many.
final class LineEnds {
  /// Bytes that an array has behind the last line, whatever they are.
  static final int SPARE_BYTES = 8;

  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final long ONES = 0x0101010101010101L;
  static final long TOPS = 0x8080808080808080L;

  private final byte end;
  private final long pattern;

  LineEnds(byte end) {
    this.end = end;
    this.pattern = ONES * (end & 0xff);
  }

  /// The byte at the end of each line.
  byte value() {
    return end;
  }

  /// Marks the top bit of the first byte of `eight`, the lowest first, that ends a line. (Bits
  /// above that one mean nothing.)
  long marks(long eight) {
    long zeroAtEnd = eight ^ pattern;
    return (zeroAtEnd - ONES) & ~zeroAtEnd & TOPS;
  }

  /// The index of the end of the line that holds `from`. There must be one.
  int next(byte[] bytes, int from) {
    int at = from;
    while (true) {
      long marks = marks((long) LONGS.get(bytes, at));
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
      at += Long.BYTES;
    }
  }

  /// The same when there may be none before `to`: then it is `to`.
  int next(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at += Long.BYTES) {
      long marks = marks((long) LONGS.get(bytes, at));
      if (marks != 0) {
        return Math.min(to, at + (Long.numberOfTrailingZeros(marks) >>> 3));
      }
    }
    return to;
  }
}
