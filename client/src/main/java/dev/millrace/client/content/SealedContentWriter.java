package dev.millrace.client.content;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.IdSource;
import dev.millrace.base.Limits;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.client.ContentWriter;
import dev.millrace.client.content.BufferPool.Size;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Manifest;
import dev.millrace.model.StoragePolicy;
import dev.millrace.wire.SealedChunk;
import dev.millrace.wire.seal.ChunkCipher;
import dev.millrace.wire.seal.DataKey;
import dev.millrace.wire.seal.Recovery;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Fills chunks and sends them off while the next is filled.
///
/// ```
/// caller           write → buffer ──full, and more comes──▶ dispatch
/// MD5 lane                  └─ a MiB at a time ─▶ digested ─┐
/// thread a chunk                                            └▶ seal in place → all members
/// ```
///
/// The last chunk is held back until [#finish], since its header says that it is the last. A buffer
/// grows from small to large as bytes come; where memory is short the chunk is sent off as large as
/// it has become, so that nobody waits for memory while holding some.
final class SealedContentWriter implements ContentWriter {
  private static final int DIGEST_STEP_BYTES = 1 << 20;

  /// What a writer needs of its store.
  record Tools(BufferPool pool, IdSource ids, Supplier<Md5Lane> lanes, WritersAtWork writers) {}

  private final Tools tools;
  private final WriteOrder order;
  private final DataKey dataKey;
  private final Supplier<StoragePolicy> policy;
  private final @Nullable Md5Lane md5;
  private final ChunksUnderWay underWay;
  private final WritersAtWork.Ticket ticket;
  private final int firstTurn;

  private byte @Nullable [] buffer;
  private int filled;
  private int digested;
  private int dispatched;
  private long sentBytes;
  private boolean ended;
  private @Nullable StoragePolicy knownPolicy;

  /// @param policy asked when the first chunk is sent
  SealedContentWriter(
      Tools tools,
      WriteOrder order,
      DataKey dataKey,
      Supplier<StoragePolicy> policy,
      ChunksUnderWay underWay) {
    this.tools = tools;
    this.order = order;
    this.dataKey = dataKey;
    this.policy = policy;
    this.underWay = underWay;
    this.ticket = tools.writers().begin();
    // Files of one chunk must not all begin with the same volume.
    this.firstTurn = (int) order.version().value().low() + order.piece();
    this.md5 = order.md5() ? tools.lanes().get() : null;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    Check.that(!ended, "write after the end of %s/%s", order.bucket(), order.key());
    underWay.throwFailure();
    for (int from = offset, end = offset + length; from < end; ) {
      byte[] target = room(end - from);
      int inFrame = filled % Limits.FRAME_BYTES;
      int count = Math.min(end - from, Limits.FRAME_BYTES - inFrame);
      System.arraycopy(source, from, target, sealedOffset(filled), count);
      filled += count;
      from += count;
      digestAhead(target);
    }
  }

  /// Where a plaintext byte lies in a buffer.
  private static int sealedOffset(int plainOffset) {
    return plainOffset / Limits.FRAME_BYTES * SealedChunk.SEALED_FRAME_BYTES
        + plainOffset % Limits.FRAME_BYTES;
  }

  /// The current buffer, with room for at least one byte.
  private byte[] room(int wantedBytes) {
    byte[] current = buffer;
    if (current != null) {
      int capacity = Size.of(current).frames() * Limits.FRAME_BYTES;
      if (filled < capacity) {
        return current;
      }
      if (filled < Limits.CHUNK_BYTES) {
        Optional<byte[]> grown = tools.pool().tryAcquire(Size.of(current).larger());
        if (grown.isPresent()) {
          System.arraycopy(current, 0, grown.get(), 0, sealedOffset(filled));
          buffer = grown.get();
          tools.pool().release(current);
          return grown.get();
        }
      }
      dispatch(current, false, false);
    }
    byte[] fresh =
        dispatched == 0
            ? tools.pool().acquire(frames(Math.min(wantedBytes, Limits.CHUNK_BYTES)))
            : nextBuffer();
    buffer = fresh;
    return fresh;
  }

  private static int frames(int plainBytes) {
    return SealedChunk.frameCount(plainBytes);
  }

  /// A large buffer, even if it has to wait for chunks of this stream to arrive; a smaller one when
  /// others have the memory.
  private byte[] nextBuffer() {
    while (true) {
      Optional<byte[]> large = tools.pool().tryAcquire(Size.LARGE);
      if (large.isPresent()) {
        return large.get();
      }
      if (!underWay.awaitArrival()) {
        return tools.pool().acquire(Size.LARGE.frames());
      }
    }
  }

  /// Keeps the MD5 close behind; only in buffers that will not be replaced by larger ones.
  private void digestAhead(byte[] target) {
    if (md5 != null
        && filled - digested >= DIGEST_STEP_BYTES
        && target.length == Size.LARGE.bytes()) {
      md5.add(target, digested, filled, () -> {});
      digested = filled;
    }
  }

  private void dispatch(byte[] full, boolean lastExtent, boolean lastPiece) {
    if (knownPolicy == null) {
      knownPolicy = policy.get();
    }
    Recovery recovery =
        new Recovery(
            order.bucket(),
            order.key(),
            order.version(),
            order.piece(),
            dispatched,
            sentBytes,
            lastExtent,
            lastPiece,
            order.dataKey());
    ChunkSender.Parcel parcel =
        new ChunkSender.Parcel(
            full, filled, dataKey, knownPolicy, recovery, firstTurn + dispatched);
    underWay.begin();
    CountDownLatch digestDone = digestRest(full);
    buffer = null;
    dispatched++;
    sentBytes += filled;
    filled = 0;
    digested = 0;
    underWay.send(parcel, digestDone, () -> tools.pool().release(full));
  }

  /// Digests what is not digested yet of the buffer.
  private CountDownLatch digestRest(byte[] full) {
    CountDownLatch done = new CountDownLatch(1);
    if (md5 == null) {
      done.countDown();
    } else if (dispatched == 0 && digested == 0 && filled <= Limits.FRAME_BYTES) {
      md5.update(full, 0, filled); // Shorter than the way to the lane.
      done.countDown();
    } else {
      md5.add(full, digested, filled, done::countDown);
    }
    return done;
  }

  @Override
  public Written finish(boolean lastPiece) {
    Check.that(!ended, "second end of %s/%s", order.bucket(), order.key());
    try {
      byte[] held = buffer;
      if (held != null && order.allowInline() && dispatched == 0 && filled <= Limits.INLINE_BYTES) {
        return inline(held);
      }
      if (held != null) {
        dispatch(held, true, lastPiece);
      }
      Manifest manifest = new Manifest(underWay.join());
      Check.that(
          manifest.sizeBytes() == sentBytes, "%d bytes of %d", manifest.sizeBytes(), sentBytes);
      end();
      return new Written(sentBytes, digest(), new Content.Chunked(manifest));
    } finally {
      if (!ended) {
        abort();
      }
    }
  }

  private Written inline(byte[] held) {
    int size = filled;
    if (md5 != null) {
      md5.update(held, 0, size);
    }
    ChunkId sealedAs = ChunkCipher.inlineId(tools.ids().random64());
    int sealed = new ChunkCipher(dataKey, sealedAs, size).sealInPlace(held);
    Content content = new Content.Inline(sealedAs, Bytes.copyOf(held, 0, sealed));
    buffer = null;
    tools.pool().release(held);
    end();
    return new Written(size, digest(), content);
  }

  private Optional<String> digest() {
    return md5 == null ? Optional.empty() : Optional.of(md5.finish());
  }

  private void end() {
    ended = true;
    tools.writers().end(ticket);
  }

  @Override
  public void abort() {
    if (ended) {
      return;
    }
    ended = true;
    byte[] held = buffer;
    underWay.abandon();
    tools.writers().end(ticket);
    if (held != null) {
      buffer = null;
      if (md5 != null && digested > 0) {
        // The lane may still read it.
        FutureTask<Boolean> passed = new FutureTask<>(() -> true);
        md5.add(held, filled, filled, passed);
        Waiting.forEnd(passed);
      }
      tools.pool().release(held);
    }
  }
}
