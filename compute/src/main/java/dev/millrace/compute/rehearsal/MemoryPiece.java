package dev.millrace.compute.rehearsal;

import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import java.util.List;

/// A piece of inputs in memory.
final class MemoryPiece implements PieceInput {
  private final List<Segment> segments;
  private final List<byte[]> contents;

  /// @param contents of all inputs of the job
  /// @param lines whether the ends of segments move behind the lines that they are in, as a worker
  ///   moves them
  MemoryPiece(List<Segment> segments, List<byte[]> contents, boolean lines) {
    this.segments =
        segments.stream()
            .map(segment -> lines ? moved(segment, contents.get(segment.input())) : segment)
            .toList();
    this.contents = contents;
  }

  private static Segment moved(Segment segment, byte[] content) {
    int from = lineFrom(content, (int) segment.offset());
    int to = lineFrom(content, (int) (segment.offset() + segment.lengthBytes()));
    return new Segment(segment.input(), segment.label(), from, to - from);
  }

  private static int lineFrom(byte[] content, int position) {
    int at = position;
    while (at > 0 && at < content.length && content[at - 1] != '\n') {
      at++;
    }
    return at;
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
}
