package dev.millrace.compute.instruction;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.millrace.base.ByteUnits;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Frames of any length, compressed while they come.
final class ZstdFrameByStream implements ZstdCall.FrameSink {
  // Small steps, so that a task that is cancelled or has to give way stops soon at high levels: one
  // block each.
  private static final int STEP_BYTES = (int) (128 * ByteUnits.KIB);

  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final ByteBuffer source = ByteBuffer.allocateDirect(STEP_BYTES);
  private final ByteBuffer target = ByteBuffer.allocateDirect(STEP_BYTES);
  private final byte[] compressed = new byte[STEP_BYTES];

  @Override
  public long longestBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public void begin(int level, long sizeBytes) {
    context.reset();
    context.setLevel(level);
    context.setChecksum(true);
    context.setContentSize(true);
    context.setPledgedSrcSize(sizeBytes);
    target.clear();
  }

  @Override
  public void add(byte[] bytes, int length, OutputStream output, TaskContext task)
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

  @Override
  public void end(OutputStream output, TaskContext task) throws IOException {
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
