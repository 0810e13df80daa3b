package dev.millrace.compute.worker;

import dev.millrace.base.Limits;
import dev.millrace.client.ContentReader;
import dev.millrace.compute.program.Segment;

/// Moves the edges of a segment that was cut by bytes to those of lines: a line belongs to the
/// segment in which its first byte lies. Both neighbours of a cut come to the same place, without
/// knowing of each other.
final class LineEdges {
  private LineEdges() {}

  static Segment move(Segment segment, ContentReader reader, LocalAttempt attempt) {
    long from = lineFrom(segment.offset(), reader, attempt);
    long to = lineFrom(segment.offset() + segment.lengthBytes(), reader, attempt);
    return new Segment(segment.input(), segment.label(), from, to - from);
  }

  /// The first beginning of a line at or behind `position`, or the end.
  private static long lineFrom(long position, ContentReader reader, LocalAttempt attempt) {
    long size = reader.sizeBytes();
    if (position == 0 || position >= size) {
      return Math.min(position, size);
    }
    byte[] frame = new byte[Limits.FRAME_BYTES];
    for (long at = position - 1; at < size; ) {
      attempt.check();
      int n = (int) Math.min(size - at, frame.length - at % frame.length);
      reader.read(at, frame, 0, n);
      for (int i = 0; i < n; i++) {
        if (frame[i] == '\n') {
          return at + i + 1;
        }
      }
      at += n;
    }
    return size;
  }
}
