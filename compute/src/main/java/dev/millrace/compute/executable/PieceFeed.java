package dev.millrace.compute.executable;

import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// A piece as a program's standard input. Belongs to one thread.
final class PieceFeed implements ProgramRun.Feed {
  private final PieceInput input;
  private final List<Segment> segments;
  private final Header header;
  private final int closedInputs;
  private final byte[] buffer;
  private volatile boolean closed;

  /// @param header of the input of which the only segment is a part, or none
  /// @param closedInputs so many of the job's first inputs end with a line feed, which is added
  ///   where it is missing, so that lines do not grow together
  PieceFeed(
      PieceInput input, List<Segment> segments, Header header, int closedInputs, byte[] buffer) {
    this.input = input;
    this.segments = segments;
    this.header = header;
    this.closedInputs = closedInputs;
    this.buffer = buffer;
  }

  @Override
  public void to(OutputStream stdin) throws IOException {
    int last = '\n';
    for (Segment segment : segments) {
      if (segment.lengthBytes() == 0) {
        continue;
      }
      stdin.write(header.bytes());
      last = copy(segment, header.behind(segment), stdin);
      if (segment.input() < closedInputs && last != '\n') {
        stdin.write('\n');
      }
    }
    closed = last == '\n';
  }

  /// Whether all was written, and ended with a line feed by itself: then it is the same wherever
  /// these inputs stand in a job.
  boolean closed() {
    return closed;
  }

  /// @return the last byte, or a line feed when there was none
  private int copy(Segment segment, long from, OutputStream stdin) throws IOException {
    int last = '\n';
    long position = from;
    while (position < segment.lengthBytes()) {
      int n = input.read(segment, position, buffer, 0, buffer.length);
      stdin.write(buffer, 0, n);
      last = buffer[n - 1];
      position += n;
    }
    return last;
  }
}
