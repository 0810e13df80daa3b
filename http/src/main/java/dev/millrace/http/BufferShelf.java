package dev.millrace.http;

import dev.millrace.base.ByteUnits;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/// Lends direct buffers and keeps a few for the next: allocating and clearing one for every answer
/// would cost more than filling it.
final class BufferShelf {
  /// Large enough that a system call costs little of a bulk transfer.
  static final int BUFFER_BYTES = (int) (256 * ByteUnits.KIB);

  private static final int KEPT = 32;

  private final ArrayBlockingQueue<ByteBuffer> kept = new ArrayBlockingQueue<>(KEPT);

  ByteBuffer take() {
    ByteBuffer buffer = kept.poll();
    return buffer != null ? buffer : ByteBuffer.allocateDirect(BUFFER_BYTES);
  }

  /// `buffer` must not be in use by a write that is still under way.
  void giveBack(ByteBuffer buffer) {
    var _ = kept.offer(buffer);
  }
}
