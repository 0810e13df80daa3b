package dev.millrace.compute.instruction.sort;

import dev.millrace.base.Check;
import dev.millrace.base.Limits;
import dev.millrace.compute.program.StageInput;
import java.util.List;

/// Goes through lines that a stage wrote, and keeps the line before the current one in memory.
/// Belongs to one task.
final class RunReader {
  /// Bytes of what a task wrote.
  record Slice(int task, long from, long to) {
    long sizeBytes() {
      return to - from;
    }
  }

  private final StageInput input;
  private final LineEnds ends;
  private final byte[] memory;
  private final int memoryFrom;
  private final int memoryTo;
  private List<Slice> slices = List.of();
  private int slice;
  private long position;
  private int mostBytes;
  private int filled;
  private int previous;
  private int start;
  private int end;

  /// @param memoryFrom the part of `memory` that it may use; behind it are [LineEnds#SPARE_BYTES]
  ///   at least
  RunReader(StageInput input, LineEnds ends, byte[] memory, int memoryFrom, int memoryTo) {
    this.input = input;
    this.ends = ends;
    this.memory = memory;
    this.memoryFrom = memoryFrom;
    this.memoryTo = memoryTo;
  }

  /// Begins before the first line of the slices.
  ///
  /// @param mostBytes that are read at once
  void begin(List<Slice> slices, int mostBytes) {
    this.slices = slices;
    this.mostBytes = mostBytes;
    slice = 0;
    position = slices.isEmpty() ? 0 : slices.getFirst().from();
    filled = memoryFrom;
    previous = memoryFrom;
    start = memoryFrom;
    end = memoryFrom;
  }

  /// Goes to the next line.
  ///
  /// @return false when there is none; the last line is the previous one then
  boolean next() {
    previous = start;
    start = end;
    int at = ends.next(memory, start, filled);
    while (at == filled) {
      int unseen = filled - start;
      if (!read()) {
        Check.that(start == filled, "a run ends within a line");
        return false;
      }
      at = ends.next(memory, start + unseen, filled);
    }
    end = at + 1;
    return true;
  }

  /// Where the current line begins in memory.
  int start() {
    return start;
  }

  /// Behind the byte that ends the current line.
  int end() {
    return end;
  }

  /// Where the line before begins in memory; the same as [#start] for the first one.
  int previous() {
    return previous;
  }

  /// Where the current line begins in what the task wrote. Only when all is one slice.
  long position() {
    return position - (filled - start);
  }

  private boolean read() {
    while (slice < slices.size() && position == slices.get(slice).to()) {
      slice++;
      position = slice < slices.size() ? slices.get(slice).from() : position;
    }
    if (slice == slices.size()) {
      return false;
    }
    makeRoom();
    Slice now = slices.get(slice);
    int count = input.read(now.task(), position, memory, filled, wanted(now.to() - position));
    Check.that(count > 0, "task %d wrote less than it said", now.task());
    position += count;
    filled += count;
    return true;
  }

  /// Moves what is still wanted to the front, where a read would not fit behind it.
  private void makeRoom() {
    int unused = previous - memoryFrom;
    if (unused > 0 && memoryTo - filled < mostBytes) {
      System.arraycopy(memory, previous, memory, memoryFrom, filled - previous);
      previous -= unused;
      start -= unused;
      filled -= unused;
    }
    Check.that(filled < memoryTo, "no room for a line in %d bytes", memoryTo - memoryFrom);
  }

  /// As much as there is room for, up to the end of a frame.
  private int wanted(long left) {
    int most = (int) Math.min(left, Math.min(mostBytes, memoryTo - filled));
    int beyondFrame = (int) ((position + most) % Limits.FRAME_BYTES);
    return most < left && beyondFrame < most ? most - beyondFrame : most;
  }
}
