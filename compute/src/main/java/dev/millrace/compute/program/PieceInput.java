package dev.millrace.compute.program;

import java.util.List;

/// The input of one task. Belongs to the task's thread, until its end. Not all of it need be read.
public interface PieceInput {
  /// The piece in order: one segment for each input that it touches.
  List<Segment> segments();

  /// The length of all segments.
  long sizeBytes();

  /// Reads verified bytes of a segment. Reading from front to back in large steps is fastest. Also
  /// the place where a cancelled task stops, and where progress is counted.
  ///
  /// @param segment one of [#segments]
  /// @param position within the segment
  /// @return how many bytes were read: 1 to `length`, often less; 0 at the segment's end and behind
  /// @throws dev.millrace.base.MillraceException CANCELLED; CORRUPT_DATA, IO_ERROR and what else
  ///   reading can fail with: not to be caught, the task has failed
  int read(Segment segment, long position, byte[] target, int offset, int length);

  /// As [#read], but from anywhere in the input of which the segment is a part. For the beginning
  /// of an input that says how to read the rest; bytes read so are not counted as progress.
  ///
  /// @param position within the input
  int readInput(Segment segment, long position, byte[] target, int offset, int length);
}
