package dev.millrace.compute.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import java.util.Arrays;
import java.util.List;

/// A piece of inputs in memory.
final class MemoryPiece implements PieceInput {
  private final List<Segment> segments;
  private final List<byte[]> contents;

  /// @param contents of all inputs of the job
  /// @param split for lines and records the ends of segments move behind those that they are in, as
  ///   a worker moves them
  MemoryPiece(List<Segment> segments, List<byte[]> contents, Split split) {
    this.segments =
        segments.stream()
            .map(segment -> moved(segment, contents.get(segment.input()), split))
            .toList();
    this.contents = contents;
  }

  private static Segment moved(Segment segment, byte[] content, Split split) {
    byte[] lastLine =
        switch (split) {
          case Split.Lines _ -> new byte[0];
          case Split.Records records -> records.end().getBytes(UTF_8);
          case Split.Bytes _, Split.WholeFile _ -> null;
        };
    if (lastLine == null) {
      return segment;
    }
    int from = edge(content, (int) segment.offset(), lastLine);
    int to = edge(content, (int) (segment.offset() + segment.lengthBytes()), lastLine);
    return new Segment(segment.input(), segment.label(), from, to - from);
  }

  /// The first place at or behind `position` before which a line ends that begins with `lastLine`.
  private static int edge(byte[] content, int position, byte[] lastLine) {
    if (position == 0) {
      return 0;
    }
    int line = 0;
    for (int at = 0; at < content.length; at++) {
      if (content[at] == '\n') {
        int end = Math.min(at, line + lastLine.length);
        if (at + 1 >= position && Arrays.equals(content, line, end, lastLine, 0, lastLine.length)) {
          return at + 1;
        }
        line = at + 1;
      }
    }
    return content.length;
  }

  @Override
  public List<Segment> segments() {
    return segments;
  }

  @Override
  public long sizeBytes() {
    return segments.stream().mapToLong(Segment::lengthBytes).sum();
  }

  @Override
  public int read(Segment segment, long position, byte[] target, int offset, int length) {
    int count = (int) Math.min(length, Math.max(0, segment.lengthBytes() - position));
    byte[] content = contents.get(segment.input());
    System.arraycopy(content, (int) (segment.offset() + position), target, offset, count);
    return count;
  }

  @Override
  public int readInput(Segment segment, long position, byte[] target, int offset, int length) {
    byte[] content = contents.get(segment.input());
    int count = (int) Math.min(length, Math.max(0, content.length - position));
    System.arraycopy(content, (int) Math.min(position, content.length), target, offset, count);
    return count;
  }
}
