package dev.millrace.compute.instruction;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
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
import java.nio.ByteBuffer;

/// Makes one Zstandard frame (RFC 8878) of a piece, with its content size and checksum, as `zstd`
/// does.
record ZstdCall(int level) implements Call {
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
    Compressor compressor = context.kept(Compressor.class, Compressor::new);
    compressor.begin(level, input.sizeBytes());
    byte[] buffer = context.buffer();
    for (Segment segment : input.segments()) {
      long position = 0;
      while (position < segment.lengthBytes()) {
        int n = input.read(segment, position, buffer, 0, buffer.length);
        compressor.compress(buffer, n, output, context);
        position += n;
      }
    }
    compressor.end(output, context);
    return Bytes.EMPTY;
  }

  /// A slot's compression context and buffers outside the heap.
  private static final class Compressor implements AutoCloseable {
    // Small steps, so that a cancelled task stops soon at high levels; 128 KiB is one block.
    private static final int STEP_BYTES = (int) (256 * ByteUnits.KIB);

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final ByteBuffer source = ByteBuffer.allocateDirect(STEP_BYTES);
    private final ByteBuffer target = ByteBuffer.allocateDirect(STEP_BYTES);
    private final byte[] compressed = new byte[STEP_BYTES];

    void begin(int level, long sizeBytes) {
      context.reset();
      context.setLevel(level);
      context.setChecksum(true);
      context.setContentSize(true);
      context.setPledgedSrcSize(sizeBytes);
      target.clear();
    }

    void compress(byte[] bytes, int length, OutputStream output, TaskContext task)
        throws IOException {
      for (int done = 0; done < length; done += STEP_BYTES) {
        source.clear();
        source.put(bytes, done, Math.min(STEP_BYTES, length - done)).flip();
        while (source.hasRemaining()) {
          context.compressDirectByteBufferStream(target, source, EndDirective.CONTINUE);
          drain(output, task, target.capacity() / 2);
        }
      }
    }

    void end(OutputStream output, TaskContext task) throws IOException {
      source.clear().flip();
      boolean ended = false;
      while (!ended) {
        ended = context.compressDirectByteBufferStream(target, source, EndDirective.END);
        drain(output, task, 1);
      }
    }

    private void drain(OutputStream output, TaskContext task, int least) throws IOException {
      task.check();
      if (target.position() >= least) {
        target.flip();
        int n = target.remaining();
        target.get(compressed, 0, n);
        target.clear();
        output.write(compressed, 0, n);
      }
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
