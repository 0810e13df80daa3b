package dev.millrace.compute.instruction.sort;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import java.util.Iterator;
import java.util.Optional;

/// Gives the lines of a piece as blocks, each as large as fits the memory with its entries,
/// whatever the length of lines. All lines end as [LineEnds] says, also the last one of an input
/// that does not. Belongs to one task.
final class LineBlock {
  private static final int READ_BYTES = (int) ByteUnits.MIB;

  private final byte[] memory;
  private final Entries entries;
  private final LineOrder order;
  private final int longestBytes;
  private final PieceInput input;
  private final Iterator<Segment> segments;
  private Optional<Segment> segment = Optional.empty();
  private long position;
  private int taken; // the end of the lines that have entries
  private int filled;

  /// @param memory has at least [SortLimits#leastBlockBytes]
  LineBlock(byte[] memory, LineOrder order, int longestBytes, PieceInput input) {
    this.memory = memory;
    this.entries = new Entries(memory);
    this.order = order;
    this.longestBytes = longestBytes;
    this.input = input;
    this.segments = input.segments().iterator();
  }

  /// The lines of this block: where each begins, and its first word.
  Entries entries() {
    return entries;
  }

  /// The bytes of all lines of this block.
  int sizeBytes() {
    return taken;
  }

  /// Goes to the next block.
  ///
  /// @return false when there is none
  /// @throws MillraceException BAD_INPUT for a line that is too long
  boolean next() {
    filled -= taken;
    System.arraycopy(memory, taken, memory, 0, filled);
    taken = 0;
    entries.clear();
    while (takeLines()) {
      if (filled - taken > longestBytes) {
        throw tooLong();
      }
      int room = entries.roomWithOneMore() - filled - 1; // 1 for the end of the last line
      if (room <= 0) {
        return true;
      }
      int count = read(Math.min(room, READ_BYTES));
      if (count > 0) {
        filled += count;
      } else if (filled > taken) {
        memory[filled++] = order.ends().value();
      } else if (!nextSegment()) {
        return entries.count() > 0;
      }
    }
    return true;
  }

  /// Makes entries of the lines that are there.
  ///
  /// @return false when there is no room for another
  private boolean takeLines() {
    while (taken < filled) {
      int end = order.ends().next(memory, taken, filled);
      if (end - taken > longestBytes) {
        throw tooLong();
      }
      if (end == filled) {
        return true;
      }
      if (entries.roomWithOneMore() < filled) {
        return false;
      }
      entries.add(order.word(memory, taken, LineOrder.FIRST), taken);
      taken = end + 1;
    }
    return true;
  }

  private int read(int length) {
    if (segment.isEmpty()) {
      return 0;
    }
    int count = input.read(segment.get(), position, memory, filled, length);
    position += count;
    return count;
  }

  private boolean nextSegment() {
    if (!segments.hasNext()) {
      return false;
    }
    segment = Optional.of(segments.next());
    position = 0;
    return true;
  }

  private MillraceException tooLong() {
    return new MillraceException(
        ErrorCode.BAD_INPUT,
        "'"
            + Text.printable(segment.orElseThrow().label())
            + "': a line is longer than "
            + ByteUnits.format(longestBytes)
            + ": split it, or use an instruction that does not go by lines");
  }
}
