package dev.millrace.compute.instruction;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.millrace.base.ByteUnits;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Decompresses one Zstandard frame (RFC 8878) after the other; a slot keeps it. A frame may ask
/// for a window of up to 128 MiB, as with the `zstd` tool; that is its memory.
final class ZstdFrames implements AutoCloseable {
  private static final int STEP_BYTES = (int) (256 * ByteUnits.KIB);

  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final ByteBuffer source = ByteBuffer.allocateDirect(STEP_BYTES);
  private final ByteBuffer target = ByteBuffer.allocateDirect(STEP_BYTES);
  private final byte[] plain = new byte[STEP_BYTES];

  /// Writes the plaintext of the frame that `from` stands before, and advances behind it.
  void expand(CompressedSource from, OutputStream output, TaskContext task) throws IOException {
    context.reset();
    boolean ended = false;
    while (!ended) {
      boolean more = from.require(1) > 0;
      int n = Math.min(STEP_BYTES, from.available());
      source.clear();
      source.put(from.buffer(), from.from(), n).flip();
      target.clear();
      try {
        ended = context.decompressDirectByteBufferStream(target, source);
      } catch (ZstdException e) {
        throw failure(from, e);
      }
      int made = target.position();
      if (!more && !ended && made == 0) {
        throw from.truncated("zstd frame");
      }
      from.advance(source.position());
      target.flip();
      target.get(plain, 0, made);
      output.write(plain, 0, made);
      task.check();
    }
  }

  private static RuntimeException failure(CompressedSource from, ZstdException e) {
    long code = e.getErrorCode();
    if (code == Zstd.errFrameParameterWindowTooLarge()) {
      return from.bad(
          "a zstd frame needs a window of more than 128 MiB",
          "compress it again without --long or --ultra");
    }
    if (code == Zstd.errDictionaryWrong()) {
      return from.bad("it was compressed with a dictionary", "compress it again without one");
    }
    return from.damaged("zstd: " + e.getMessage());
  }

  @Override
  public void close() {
    context.close();
  }
}
