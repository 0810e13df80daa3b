package dev.millrace.compute.instruction;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.millrace.base.ByteUnits;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Frames compressed whole, from memory outside the heap: 17 MiB a slot.
final class ZstdFrameAtOnce implements ZstdCall.FrameSink {
  /// The window is as long, so that a frame has no part that it cannot refer to.
  private static final int WINDOW_LOG = 23;

  private static final int FRAME_BYTES = 1 << WINDOW_LOG;
  private static final int STEP_BYTES = (int) (256 * ByteUnits.KIB);

  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final ByteBuffer source = ByteBuffer.allocateDirect(FRAME_BYTES);
  private final ByteBuffer target =
      ByteBuffer.allocateDirect((int) Zstd.compressBound(FRAME_BYTES));
  private final byte[] compressed = new byte[STEP_BYTES];

  @Override
  public long longestBytes() {
    return FRAME_BYTES;
  }

  @Override
  public void begin(int level, long sizeBytes) {
    context.reset();
    context.setLevel(level);
    context.setChecksum(true);
    context.setWindowLog(WINDOW_LOG);
    source.clear();
  }

  @Override
  public void add(byte[] bytes, int length, OutputStream output, TaskContext task) {
    source.put(bytes, 0, length);
  }

  @Override
  public void end(OutputStream output, TaskContext task) throws IOException {
    target.clear();
    int length =
        context.compressDirectByteBuffer(
            target, 0, target.capacity(), source, 0, source.position());
    task.check();
    target.limit(length);
    while (target.hasRemaining()) {
      int n = Math.min(STEP_BYTES, target.remaining());
      target.get(compressed, 0, n);
      output.write(compressed, 0, n);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
