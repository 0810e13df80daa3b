package dev.millrace.compute.instruction;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Gives a segment as blocks of whole lines, each in one array. Kept by a slot: belongs to the task
/// that runs there.
///
/// A read is a MiB and ends at a multiple of it, which is fastest; the line that it cuts is moved
/// to the front of the array, before the next one.
final class LineBuffer implements AutoCloseable {
  /// A longer line would take the memory of other tasks: `grep` holds it up to four times, in each
  /// slot.
  static final int LONGEST_LINE_BYTES = (int) (8 * ByteUnits.MIB);

  private static final int READ_BYTES = (int) ByteUnits.MIB;
  private static final int USUAL_BYTES = READ_BYTES + (int) (64 * ByteUnits.KIB);

  private byte[] bytes = new byte[USUAL_BYTES];
  private @Nullable PieceInput input;
  private Optional<Segment> segment = Optional.empty();
  private long position;
  private int end;
  private int filled;

  /// What is done with a line.
  @FunctionalInterface
  interface LineUse {
    /// Called in the order of the lines.
    ///
    /// @param end of its text, without its line feed
    /// @param position of its first byte within the segment
    void line(byte[] bytes, int start, int end, long position) throws IOException;
  }

  /// Goes through a segment's lines.
  void forEach(PieceInput input, Segment segment, LineUse use) throws IOException {
    begin(input, segment);
    while (next()) {
      long blockPosition = position - filled;
      for (int start = 0; start < end; ) {
        int next = lineEnd(start);
        use.line(bytes, start, textEnd(next), blockPosition + start);
        start = next;
      }
    }
  }

  /// Begins at the segment's first byte.
  void begin(PieceInput input, Segment segment) {
    this.input = input;
    this.segment = Optional.of(segment);
    position = 0;
    end = 0;
    filled = 0;
    if (bytes.length > USUAL_BYTES) {
      bytes = new byte[USUAL_BYTES];
    }
  }

  /// Goes to the next block.
  ///
  /// @return false when there is none
  /// @throws MillraceException BAD_INPUT for a line of more than [#LONGEST_LINE_BYTES]
  boolean next() {
    filled -= end;
    System.arraycopy(bytes, end, bytes, 0, filled);
    end = 0;
    while (true) {
      if (filled == bytes.length) {
        grow();
      }
      int count = read(Math.min(READ_BYTES, bytes.length - filled));
      if (count == 0) {
        end = filled; // the last line may lack its line feed
        return filled > 0;
      }
      for (int i = filled + count; i > filled; i--) {
        if (bytes[i - 1] == '\n') {
          end = i;
          break;
        }
      }
      filled += count;
      if (end > 0) {
        return true;
      }
    }
  }

  private int read(int length) {
    PieceInput source = input;
    if (source == null) {
      throw new IllegalStateException("bug: read before begin");
    }
    int count = source.read(segment.orElseThrow(), position, bytes, filled, length);
    position += count;
    return count;
  }

  private void grow() {
    if (bytes.length >= LONGEST_LINE_BYTES) {
      throw new MillraceException(
          ErrorCode.BAD_INPUT,
          "'"
              + Text.printable(segment.orElseThrow().label())
              + "': a line is longer than "
              + ByteUnits.format(LONGEST_LINE_BYTES)
              + ": split it, or use an instruction that does not go by lines");
    }
    bytes = Arrays.copyOf(bytes, Math.min(2 * bytes.length, LONGEST_LINE_BYTES));
  }

  /// Holds the block from index 0 on. Valid until the next block.
  byte[] bytes() {
    return bytes;
  }

  /// Where the block ends.
  int end() {
    return end;
  }

  /// The index behind the line that holds `from`: behind its line feed, or the block's end.
  int lineEnd(int from) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return end;
  }

  /// The end of a line's text.
  ///
  /// @param lineEnd behind its line feed, which the last line may lack
  int textEnd(int lineEnd) {
    return bytes[lineEnd - 1] == '\n' ? lineEnd - 1 : lineEnd;
  }

  /// The index at which the line of `at` begins.
  int lineStart(int at, int from) {
    int start = at;
    while (start > from && bytes[start - 1] != '\n') {
      start--;
    }
    return start;
  }

  @Override
  public void close() {
    bytes = new byte[0];
  }
}
