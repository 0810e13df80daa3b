package dev.millrace.volumes;

import dev.millrace.base.ByteUnits;
import dev.millrace.wire.volume.RecordShape;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/// Direct buffers between heap arrays and files: reused, and bounded in number, so that no
/// operation allocates memory of the size of a chunk. (The JDK would, per carrier thread, as large
/// as the largest write ever.)
final class BufferPool {
  /// Holds a sealed frame and the header of its record.
  static final int BUFFER_BYTES = (int) ByteUnits.MIB;

  private static final int PAGE_BYTES = RecordShape.LARGE_ALIGNMENT_BYTES;
  private static final int MAX_BUFFERS = 16;

  private final Semaphore permits = new Semaphore(MAX_BUFFERS);
  private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();

  /// An empty buffer of [#BUFFER_BYTES] that begins at a page; waits while all are taken.
  ByteBuffer take() {
    permits.acquireUninterruptibly();
    ByteBuffer buffer = free.pollFirst();
    return buffer == null
        ? ByteBuffer.allocateDirect(BUFFER_BYTES + PAGE_BYTES).alignedSlice(PAGE_BYTES)
        : buffer.clear();
  }

  void give(ByteBuffer buffer) {
    free.addFirst(buffer);
    permits.release();
  }
}
