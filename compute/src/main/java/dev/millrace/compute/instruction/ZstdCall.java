package dev.millrace.compute.instruction;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;

/// Makes Zstandard frames (RFC 8878) of a piece, with their content size and checksum, as `zstd`
/// does.
///
/// A stream's window lies in a ring, and matches before the ring's seam are looked for by a slower
/// search: 57 % of all time at level 3 went there. So at the fast levels a frame is compressed at
/// once. At the slow levels that gains nothing, longer frames are smaller, and a stream can be
/// cancelled sooner.
record ZstdCall(int level) implements Call {
  private static final int FAST_LEVELS = 9;

  /// What `zstd -T` gives a thread at once, too: less loses ratio and time at the frames' edges.
  private static final long LEAST_PIECE_BYTES = 8 * ByteUnits.MIB;

  @Override
  public Split split() {
    return new Split.Bytes(LEAST_PIECE_BYTES);
  }

  @Override
  public Combine combine() {
    return new Combine.ConcatenateInOrder();
  }

  @Override
  public Bytes run(PieceInput input, OutputStream output, TaskContext context) throws IOException {
    FrameSink frames =
        level <= FAST_LEVELS
            ? context.kept(ZstdFrameAtOnce.class, ZstdFrameAtOnce::new)
            : context.kept(ZstdFrameByStream.class, ZstdFrameByStream::new);
    long frameBytes = frames.longestBytes();
    long pieceLeft = input.sizeBytes();
    long frameLeft = Math.min(frameBytes, pieceLeft);
    frames.begin(level, frameLeft);
    byte[] buffer = context.buffer();
    for (Segment segment : input.segments()) {
      long position = 0;
      while (position < segment.lengthBytes()) {
        if (frameLeft == 0) {
          frames.end(output, context);
          frameLeft = Math.min(frameBytes, pieceLeft);
          frames.begin(level, frameLeft);
        }
        int most = (int) Math.min(buffer.length, frameLeft);
        int n = input.read(segment, position, buffer, 0, most);
        frames.add(buffer, n, output, context);
        position += n;
        frameLeft -= n;
        pieceLeft -= n;
      }
    }
    frames.end(output, context);
    return Bytes.EMPTY;
  }

  /// Makes one frame after the other.
  interface FrameSink extends AutoCloseable {
    /// No frame may be longer.
    long longestBytes();

    /// Begins a frame of exactly so many bytes.
    void begin(int level, long sizeBytes);

    void add(byte[] bytes, int length, OutputStream output, TaskContext task) throws IOException;

    void end(OutputStream output, TaskContext task) throws IOException;

    @Override
    void close();
  }
}
