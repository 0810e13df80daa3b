package dev.millrace.client.content;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentReader;
import dev.millrace.client.content.BufferPool.Size;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.wire.SealedChunk;
import dev.millrace.wire.seal.ChunkCipher;
import dev.millrace.wire.seal.DataKey;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads content frame by frame. A run of up to eight frames is fetched at once. Once fetching is
/// slow, for a disk or a network, the next run is fetched while one is opened and written to a
/// sink; from memory it isn't worth the change of thread.
final class SealedContentReader implements ContentReader {
  /// A run of a MiB takes a third of this from the page cache.
  private static final long SLOW_NANOS = 1_000_000;

  private final ChunkReads reads;
  private final BufferPool pool;
  private final Clock clock;
  private final DataKey dataKey;
  private final Content content;
  private final List<Extent> extents;

  /// Where each extent begins, and behind the last one the size.
  private final long[] starts;

  private final long sizeBytes;
  private @Nullable ChunkCipher cipher;

  /// One opened frame, for reads of parts of it.
  private byte @Nullable [] frame;

  SealedContentReader(
      ChunkReads reads,
      BufferPool pool,
      Clock clock,
      DataKey dataKey,
      Content content,
      long sizeBytes) {
    this.reads = reads;
    this.pool = pool;
    this.clock = clock;
    this.dataKey = dataKey;
    this.content = content;
    this.sizeBytes = sizeBytes;
    this.extents =
        switch (content) {
          case Content.Chunked chunked -> chunked.manifest().extents();
          case Content.Inline _ -> List.of();
        };
    this.starts = new long[extents.size() + 1];
    for (int i = 0; i < extents.size(); i++) {
      starts[i + 1] = starts[i] + extents.get(i).lengthBytes();
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  private void checkRange(long position, long length) {
    if (position < 0 || length < 0 || position > sizeBytes - length) {
      throw new MillraceException(
          ErrorCode.INVALID_RANGE,
          "range of "
              + length
              + " bytes from "
              + position
              + ": the object has "
              + sizeBytes
              + " bytes: ask for a range inside it");
    }
  }

  @Override
  public void read(long position, byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    checkRange(position, length);
    if (length == 0) {
      return;
    }
    if (content instanceof Content.Inline inline) {
      System.arraycopy(open(inline), (int) position, target, offset, length);
      return;
    }
    byte[] sealed = pool.acquire(framesSpanned(position, length));
    try {
      int at = offset;
      for (Piece piece = first(position, length, sealed);
          piece != null;
          piece = next(piece, position + length, sealed)) {
        Piece now = piece;
        int to = at;
        reads.read(now.run(), sealed, bytes -> openInto(now, bytes, target, to));
        at += now.length();
      }
    } finally {
      pool.release(sealed);
    }
  }

  @Override
  public void transferTo(long position, long length, OutputStream sink) {
    checkRange(position, length);
    if (length == 0) {
      return;
    }
    if (content instanceof Content.Inline inline) {
      write(sink, open(inline), (int) position, (int) length);
      return;
    }
    byte[] sealed = pool.acquire(framesSpanned(position, length));
    try {
      Piece piece = first(position, length, sealed);
      while (piece != null) {
        long begin = clock.nanoTime();
        ReadAhead<MillraceException> fetched = fetchNow(piece, sealed);
        boolean slow = clock.nanoTime() - begin >= SLOW_NANOS;
        Piece next = next(piece, position + length, sealed);
        Optional<byte[]> second =
            slow && next != null ? pool.tryAcquire(Size.of(sealed)) : Optional.empty();
        if (second.isPresent()) {
          try {
            transferAhead(piece, fetched, position + length, sealed, second.get(), sink);
          } finally {
            pool.release(second.get());
          }
          return;
        }
        write(piece, fetched, sealed, sink);
        piece = next;
      }
    } finally {
      pool.release(sealed);
    }
  }

  /// @param fetched what became of reading the first piece into `first`
  private void transferAhead(
      Piece start,
      ReadAhead<MillraceException> fetched,
      long end,
      byte[] first,
      byte[] second,
      OutputStream sink) {
    byte[] current = first;
    byte[] other = second;
    ReadAhead<MillraceException> ahead = fetched;
    Piece piece = start;
    try {
      while (piece != null) {
        ReadAhead<MillraceException> now = ahead;
        now.await();
        Piece next = next(piece, end, other);
        ahead = next == null ? ReadAhead.none() : fetchAhead(next, other);
        write(piece, now, current, sink);
        piece = next;
        byte[] swap = current;
        current = other;
        other = swap;
      }
    } finally {
      ahead.finish();
    }
  }

  /// Opens a piece that was fetched and writes it; when it is not what was written, reads it once
  /// more from the beginning, with every member.
  private void write(
      Piece piece, ReadAhead<MillraceException> fetched, byte[] sealed, OutputStream sink) {
    Written written = new Written(sink);
    if (fetched.await().isPresent() || !openIfGood(piece, sealed, written)) {
      reads.read(piece.run(), sealed, bytes -> openTo(piece, bytes, written));
    }
  }

  private ReadAhead<MillraceException> fetchNow(Piece piece, byte[] sealed) {
    return ReadAhead.now(() -> fetch(piece, sealed));
  }

  private ReadAhead<MillraceException> fetchAhead(Piece piece, byte[] sealed) {
    return ReadAhead.start(() -> fetch(piece, sealed));
  }

  private Optional<MillraceException> fetch(Piece piece, byte[] sealed) {
    try {
      reads.read(piece.run(), sealed, _ -> {});
      return Optional.empty();
    } catch (MillraceException e) {
      return Optional.of(e);
    }
  }

  /// False when the frames that came ahead are not those that were written.
  private boolean openIfGood(Piece piece, byte[] sealed, Written sink) {
    try {
      openTo(piece, sealed, sink);
      return true;
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.CORRUPT_DATA) {
        throw e;
      }
      return false;
    }
  }

  /// What is read at once: some frames of one extent, and which of their bytes are wanted.
  ///
  /// @param from first wanted byte in the extent
  private record Piece(int index, Extent extent, int from, int length) {
    int firstFrame() {
      return from / Limits.FRAME_BYTES;
    }

    int frameCount() {
      return (from + length - 1) / Limits.FRAME_BYTES - firstFrame() + 1;
    }

    ChunkReads.Run run() {
      return new ChunkReads.Run(extent.chunk(), firstFrame(), frameCount());
    }
  }

  private static int framesSpanned(long position, long length) {
    long frames =
        (position % Limits.FRAME_BYTES + length + Limits.FRAME_BYTES - 1) / Limits.FRAME_BYTES;
    return (int) Math.min(Size.MEDIUM.frames(), frames);
  }

  private @Nullable Piece first(long position, long length, byte[] sealed) {
    int found = Arrays.binarySearch(starts, position);
    int index = found >= 0 ? found : -found - 2;
    return piece(index, position, position + length, sealed);
  }

  private @Nullable Piece next(Piece piece, long end, byte[] sealed) {
    long position = starts[piece.index()] + piece.from() + piece.length();
    int index = position == starts[piece.index() + 1] ? piece.index() + 1 : piece.index();
    return piece(index, position, end, sealed);
  }

  private @Nullable Piece piece(int index, long position, long end, byte[] sealed) {
    if (position >= end) {
      return null;
    }
    Extent extent = extents.get(index);
    int from = (int) (position - starts[index]);
    int frames = sealed.length / SealedChunk.SEALED_FRAME_BYTES;
    int upTo = (from / Limits.FRAME_BYTES + frames) * Limits.FRAME_BYTES;
    long to = Math.min(Math.min(upTo, extent.lengthBytes()), end - starts[index]);
    return new Piece(index, extent, from, (int) (to - from));
  }

  private ChunkCipher cipher(Extent extent) {
    ChunkCipher last = cipher;
    if (last == null || !last.chunk().equals(extent.chunk())) {
      last = new ChunkCipher(dataKey, extent.chunk(), extent.lengthBytes());
      cipher = last;
    }
    return last;
  }

  private byte[] frame() {
    byte[] there = frame;
    if (there == null) {
      there = new byte[(int) Math.min(Limits.FRAME_BYTES, sizeBytes)];
      frame = there;
    }
    return there;
  }

  /// Opens whole frames straight into the target, and parts of frames by way of [#frame].
  private void openInto(Piece piece, byte[] sealed, byte[] target, int offset) {
    ChunkCipher opener = cipher(piece.extent());
    int end = piece.from() + piece.length();
    for (int i = 0; i < piece.frameCount(); i++) {
      int number = piece.firstFrame() + i;
      int start = number * Limits.FRAME_BYTES;
      int size = opener.frameBytes(number);
      int from = Math.max(start, piece.from());
      int to = Math.min(start + size, end);
      int sealedAt = i * SealedChunk.SEALED_FRAME_BYTES;
      int targetAt = offset + from - piece.from();
      if (from == start && to == start + size) {
        opener.openFrame(number, sealed, sealedAt, target, targetAt);
      } else {
        opener.openFrame(number, sealed, sealedAt, frame(), 0);
        System.arraycopy(frame(), from - start, target, targetAt, to - from);
      }
    }
  }

  /// A sink that knows how much of a piece it has, so that a second try goes on where the first one
  /// failed.
  private static final class Written {
    private final OutputStream sink;
    private int frames;

    Written(OutputStream sink) {
      this.sink = sink;
    }
  }

  private void openTo(Piece piece, byte[] sealed, Written written) {
    ChunkCipher opener = cipher(piece.extent());
    int end = piece.from() + piece.length();
    byte[] plain = frame();
    while (written.frames < piece.frameCount()) {
      int number = piece.firstFrame() + written.frames;
      int start = number * Limits.FRAME_BYTES;
      int size =
          opener.openFrame(
              number, sealed, written.frames * SealedChunk.SEALED_FRAME_BYTES, plain, 0);
      int from = Math.max(start, piece.from());
      int to = Math.min(start + size, end);
      write(written.sink, plain, from - start, to - from);
      written.frames++;
    }
  }

  private byte[] open(Content.Inline inline) {
    byte[] plain = new byte[(int) sizeBytes];
    ChunkCipher opener = new ChunkCipher(dataKey, inline.sealedAs(), plain.length);
    byte[] sealed = inline.sealed().toArray();
    if (sealed.length != SealedChunk.sealedLength(plain.length)) {
      throw new MillraceException(
          ErrorCode.CORRUPT_DATA,
          "inline content: "
              + sealed.length
              + " sealed bytes for "
              + plain.length
              + ": restore the catalog from its backup");
    }
    opener.openFrame(0, sealed, 0, plain, 0);
    return plain;
  }

  private static void write(OutputStream sink, byte[] bytes, int offset, int length) {
    try {
      sink.write(bytes, offset, length);
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR,
          "output: it takes no more bytes (" + e.getMessage() + "): check where it goes",
          e);
    }
  }
}
