package dev.millrace.compute.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Limits;
import dev.millrace.client.ContentReader;
import dev.millrace.compute.program.Segment;
import java.util.Arrays;

/// Moves the edges of a segment that was cut by bytes to those of lines, or of records: a line or
/// record belongs to the segment in which its first byte lies. Both neighbours of a cut come to the
/// same place, without knowing of each other.
final class Edges {
  /// What a record's last line begins with; empty for every line.
  private final byte[] recordEnd;

  private Edges(byte[] recordEnd) {
    this.recordEnd = recordEnd;
  }

  static Edges ofLines() {
    return new Edges(new byte[0]);
  }

  static Edges ofRecords(String end) {
    return new Edges(end.getBytes(UTF_8));
  }

  Segment move(Segment segment, ContentReader reader, LocalAttempt attempt) {
    long from = next(segment.offset(), reader, attempt);
    long to = next(segment.offset() + segment.lengthBytes(), reader, attempt);
    return new Segment(segment.input(), segment.label(), from, to - from);
  }

  /// The first beginning of a line or record at or behind `position`, or the end.
  private long next(long position, ContentReader reader, LocalAttempt attempt) {
    long size = reader.sizeBytes();
    if (position == 0 || position >= size) {
      return Math.min(position, size);
    }
    // What begins at `position` begins behind the line that holds the byte before it.
    long line = recordEnd.length == 0 ? 0 : lineOf(position - 1, reader, attempt);
    long end = lineEnd(position - 1, reader, attempt);
    while (recordEnd.length > 0 && end < size && !ends(line, end, reader)) {
      line = end;
      end = lineEnd(line, reader, attempt);
    }
    return end;
  }

  /// Whether the line is the last of a record.
  private boolean ends(long line, long lineEnd, ContentReader reader) {
    if (lineEnd - line < recordEnd.length) {
      return false;
    }
    byte[] start = new byte[recordEnd.length];
    reader.read(line, start, 0, start.length);
    return Arrays.equals(start, recordEnd);
  }

  /// The beginning of the line that holds the byte at `at`.
  private static long lineOf(long at, ContentReader reader, LocalAttempt attempt) {
    byte[] frame = new byte[Limits.FRAME_BYTES];
    for (long end = at; end > 0; ) {
      attempt.check();
      int n = (int) ((end - 1) % frame.length + 1);
      reader.read(end - n, frame, 0, n);
      for (int i = n; i > 0; i--) {
        if (frame[i - 1] == '\n') {
          return end - n + i;
        }
      }
      end -= n;
    }
    return 0;
  }

  /// Behind the line feed that is next at or behind `from`, or the end.
  private static long lineEnd(long from, ContentReader reader, LocalAttempt attempt) {
    long size = reader.sizeBytes();
    byte[] frame = new byte[Limits.FRAME_BYTES];
    for (long at = from; at < size; ) {
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
