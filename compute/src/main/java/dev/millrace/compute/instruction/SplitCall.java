package dev.millrace.compute.instruction;

import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;

/// Cuts one input into files. One task reads it once, from front to back: which file a line belongs
/// to follows from all lines before it. An input without bytes makes no file.
///
/// @param count lines or bytes of a file
record SplitCall(By by, long count, SplitNames.Form names) implements Call {
  /// Where a file ends.
  enum By {
    /// Behind so many lines.
    LINES,
    /// Behind so many bytes.
    BYTES,
    /// Behind the last line that ends within so many bytes; a line that is longer is cut.
    LINE_BYTES
  }

  @Override
  public Split split() {
    return new Split.WholeFile();
  }

  @Override
  public Combine combine() {
    return new Combine.Files();
  }

  @Override
  public int mostInputs() {
    return 1;
  }

  @Override
  public Bytes run(PieceInput input, OutputStream output, TaskContext context) throws IOException {
    Segment segment = input.segments().getFirst();
    SplitNames next = new SplitNames(names);
    Window window = new Window(input, segment, context.buffer());
    for (long at = 0; at < window.size; ) {
      context.beginFile(next.next());
      at =
          switch (by) {
            case LINES -> window.writeLines(at, count, output);
            case BYTES -> window.write(at, window.end(at, count), output);
            case LINE_BYTES -> window.write(at, window.lineBytesEnd(at, count), output);
          };
    }
    return Bytes.EMPTY;
  }

  /// A part of the input in memory. Positions are within the input.
  private static final class Window {
    private final PieceInput input;
    private final Segment segment;
    private final byte[] bytes;
    private final long size;
    private long start;
    private int filled;
    private long counted;

    Window(PieceInput input, Segment segment, byte[] bytes) {
      this.input = input;
      this.segment = segment;
      this.bytes = bytes;
      this.size = segment.lengthBytes();
    }

    long end(long from, long length) {
      return length < size - from ? from + length : size;
    }

    /// @return where it ends: `to`
    long write(long from, long to, OutputStream output) throws IOException {
      for (long at = from; at < to; ) {
        hold(at, at + 1);
        int n = (int) (Math.min(to, start + filled) - at);
        output.write(bytes, (int) (at - start), n);
        at += n;
      }
      return to;
    }

    /// @return where the lines end
    long writeLines(long from, long lines, OutputStream output) throws IOException {
      long at = from;
      for (long left = lines; left > 0 && at < size; ) {
        hold(at, at + 1);
        int begin = (int) (at - start);
        int end = begin;
        while (end < filled && left > 0) {
          left -= bytes[end++] == '\n' ? 1 : 0;
        }
        output.write(bytes, begin, end - begin);
        at += end - begin;
      }
      return at;
    }

    /// Where a file of whole lines ends that begins at `from`. As `split` does it, what is left is
    /// one file only when it has less than `length` bytes, or ends with a line feed.
    long lineBytesEnd(long from, long length) {
      if (size - from < length) {
        return size;
      }
      for (long to = from + length; to > from; ) {
        long begin = Math.max(from, to - bytes.length);
        hold(begin, to);
        for (int i = (int) (to - start); i > (int) (begin - start); i--) {
          if (bytes[i - 1] == '\n') {
            return start + i;
          }
        }
        to = begin;
      }
      return from + length;
    }

    /// Brings a part into memory, with as much of what follows as there is room for.
    private void hold(long from, long to) {
      if (from >= start && to <= start + filled) {
        return;
      }
      start = from;
      filled = 0;
      while (start + filled < to) {
        filled += read(start + filled, filled, bytes.length - filled);
      }
    }

    /// Counts each byte once as progress.
    private int read(long at, int offset, int length) {
      if (at < counted) {
        int again = (int) Math.min(length, counted - at);
        return input.readInput(segment, segment.offset() + at, bytes, offset, again);
      }
      int n = input.read(segment, at, bytes, offset, length);
      counted = at + n;
      return n;
    }
  }
}
