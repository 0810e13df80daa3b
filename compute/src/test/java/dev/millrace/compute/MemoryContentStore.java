package dev.millrace.compute;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.ContentReader;
import dev.millrace.client.ContentStore;
import dev.millrace.client.ContentWriter;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Manifest;
import dev.millrace.model.Stored;
import dev.millrace.model.WrappedKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Content in memory, not sealed: what is read must be asked for with the key it was written with.
/// Thread-safe. Reads can be told to fail.
public final class MemoryContentStore implements ContentStore {
  private static final class Chunk {
    private final WrappedKey key;
    private final byte[] bytes;

    Chunk(WrappedKey key, byte[] bytes) {
      this.key = key;
      this.bytes = bytes;
    }
  }

  private final AtomicLong next = new AtomicLong(1);
  private final Map<ChunkId, Chunk> chunks = new ConcurrentHashMap<>();
  private final Queue<ErrorCode> readFailures = new ConcurrentLinkedQueue<>();
  private final Queue<ErrorCode> writeFailures = new ConcurrentLinkedQueue<>();

  /// The next read fails.
  public void failNextRead(ErrorCode code) {
    readFailures.add(code);
  }

  /// The next end of a piece fails.
  public void failNextFinish(ErrorCode code) {
    writeFailures.add(code);
  }

  /// Chunks that are there.
  public List<ChunkId> chunks() {
    return chunks.keySet().stream().sorted().toList();
  }

  @Override
  public WrappedKey newDataKey() {
    byte[] key = Long.toHexString(next.getAndIncrement()).getBytes(US_ASCII);
    return new WrappedKey(1, Bytes.copyOf(key));
  }

  /// Stores bytes as a version's content.
  public Stored store(byte[] bytes) {
    ContentWriter writer = new MemoryWriter(newDataKey(), false, false);
    writer.write(bytes, 0, bytes.length);
    ContentWriter.Written written = writer.finish(true);
    return new Stored(
        written.sizeBytes(),
        md5(bytes),
        written.content(),
        ((MemoryWriter) writer).key,
        Map.of(),
        Optional.empty());
  }

  /// All of a version's bytes.
  public byte[] bytes(Stored stored) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    open(stored).transferTo(0, stored.sizeBytes(), out);
    return out.toByteArray();
  }

  @Override
  public ContentReader open(Stored stored) {
    return switch (stored.content()) {
      case Content.Inline inline -> new MemoryReader(List.of(inline.sealed().toArray()));
      case Content.Chunked chunked -> {
        List<byte[]> parts = new ArrayList<>();
        for (Extent extent : chunked.manifest().extents()) {
          Chunk chunk = chunks.get(extent.chunk());
          if (chunk == null) {
            throw new MillraceException(
                ErrorCode.NO_SUCH_KEY, "chunk " + extent.chunk() + ": not there: a test");
          }
          Check.that(chunk.key.equals(stored.key()), "chunk %s has another key", extent.chunk());
          parts.add(chunk.bytes);
        }
        yield new MemoryReader(parts);
      }
    };
  }

  @Override
  public ContentWriter write(WriteOrder order) {
    return new MemoryWriter(order.dataKey(), order.allowInline(), order.md5());
  }

  @Override
  public void discard(Content content) {
    if (content instanceof Content.Chunked chunked) {
      chunked.manifest().extents().forEach(extent -> chunks.remove(extent.chunk()));
    }
  }

  private static void failIfTold(Queue<ErrorCode> failures) {
    ErrorCode code = failures.poll();
    if (code != null) {
      throw new MillraceException(code, "content: told to fail: this is a test");
    }
  }

  public static String md5(byte[] bytes) {
    try {
      return Text.hex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class MemoryReader implements ContentReader {
    private final List<byte[]> parts;

    MemoryReader(List<byte[]> parts) {
      this.parts = parts;
    }

    @Override
    public long sizeBytes() {
      return parts.stream().mapToLong(part -> part.length).sum();
    }

    @Override
    public void read(long position, byte[] target, int offset, int length) {
      failIfTold(readFailures);
      Check.that(position >= 0 && position + length <= sizeBytes(), "read outside");
      long start = 0;
      for (byte[] part : parts) {
        long from = Math.max(start, position);
        long to = Math.min(start + part.length, position + length);
        if (from < to) {
          System.arraycopy(
              part,
              (int) (from - start),
              target,
              offset + (int) (from - position),
              (int) (to - from));
        }
        start += part.length;
      }
    }

    @Override
    public void transferTo(long position, long length, OutputStream sink) {
      byte[] bytes = new byte[(int) length];
      read(position, bytes, 0, bytes.length);
      try {
        sink.write(bytes);
      } catch (IOException e) {
        throw new MillraceException(ErrorCode.IO_ERROR, "sink: failed: a test", e);
      }
    }
  }

  private final class MemoryWriter implements ContentWriter {
    private final WrappedKey key;
    private final boolean allowInline;
    private final boolean md5;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;

    MemoryWriter(WrappedKey key, boolean allowInline, boolean md5) {
      this.key = key;
      this.allowInline = allowInline;
      this.md5 = md5;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      Check.that(!ended, "write after the end");
      bytes.write(source, offset, length);
    }

    @Override
    public Written finish(boolean lastPiece) {
      failIfTold(writeFailures);
      ended = true;
      byte[] all = bytes.toByteArray();
      Optional<String> digest = md5 ? Optional.of(md5(all)) : Optional.empty();
      if (allowInline && all.length <= Limits.INLINE_BYTES) {
        ChunkId id = new ChunkId(0, next.getAndIncrement());
        return new Written(all.length, digest, new Content.Inline(id, Bytes.copyOf(all)));
      }
      List<Extent> extents = new ArrayList<>();
      for (int at = 0; at < all.length; at += Limits.CHUNK_BYTES) {
        byte[] part = Arrays.copyOfRange(all, at, Math.min(all.length, at + Limits.CHUNK_BYTES));
        ChunkId id = new ChunkId(1, next.getAndIncrement());
        chunks.put(id, new Chunk(key, part));
        extents.add(new Extent(id, part.length));
      }
      return new Written(all.length, digest, new Content.Chunked(new Manifest(extents)));
    }

    @Override
    public void abort() {
      ended = true;
    }
  }
}
