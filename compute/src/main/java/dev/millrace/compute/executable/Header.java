package dev.millrace.compute.executable;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import java.util.Arrays;

/// The first lines of an input, with which each of its pieces begins.
///
/// @param bytes as they stand there
/// @param isAll whether nothing stands behind them
@SuppressWarnings("ArrayRecordComponent") // belongs to one feed and is never changed
record Header(byte[] bytes, boolean isAll) {
  private static final int MOST_BYTES = (int) ByteUnits.MIB;
  private static final int STEP_BYTES = (int) (64 * ByteUnits.KIB);

  static final Header NONE = new Header(new byte[0], false);

  /// Reads the header of the input of which `segment` is a part.
  static Header read(PieceInput input, Segment segment, int lines) {
    byte[] bytes = new byte[STEP_BYTES];
    int length = 0;
    int left = lines;
    while (true) {
      if (length == bytes.length) {
        bytes = grown(bytes, segment);
      }
      int n = input.readInput(segment, length, bytes, length, bytes.length - length);
      if (n == 0) {
        return new Header(Arrays.copyOf(bytes, length), true);
      }
      for (int end = length + n; length < end; ) {
        if (left == 0) {
          return new Header(Arrays.copyOf(bytes, length), false);
        }
        left -= bytes[length++] == '\n' ? 1 : 0;
      }
    }
  }

  private static byte[] grown(byte[] bytes, Segment segment) {
    if (bytes.length >= MOST_BYTES) {
      throw new MillraceException(
          ErrorCode.BAD_INPUT,
          "'"
              + Text.printable(segment.label())
              + "': its header is longer than "
              + ByteUnits.format(MOST_BYTES)
              + ": name fewer lines with --header");
    }
    return Arrays.copyOf(bytes, 2 * bytes.length);
  }

  /// Where what belongs to a piece besides begins in its segment.
  long behind(Segment segment) {
    return Math.max(0, bytes.length - segment.offset());
  }

  /// Whether the piece has to be run: it holds more than a part of the header, or the header is all
  /// that there is.
  boolean leaves(Segment segment) {
    return behind(segment) < segment.lengthBytes() || (isAll && segment.offset() == 0);
  }
}
