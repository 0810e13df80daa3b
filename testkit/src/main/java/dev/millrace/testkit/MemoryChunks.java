package dev.millrace.testkit;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.net.ChunkService;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.SealedChunk;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The chunks of a node in memory, with switches that make it fail as a disk or a network does.
/// Thread-safe.
public final class MemoryChunks implements ChunkService {
  private final NodeId node;
  private final Map<ChunkId, SealedChunk> chunks = new HashMap<>();
  private final Set<ChunkId> rotten = new HashSet<>();
  private final Queue<Optional<ErrorCode>> putFailures = new ArrayDeque<>();
  private final Set<Long> fullVolumes = new HashSet<>();
  private Optional<ErrorCode> down = Optional.empty();
  private volatile Consumer<ChunkId> beforePut = _ -> {};
  private volatile Consumer<ChunkId> beforeRead = _ -> {};
  private long puts;
  private long framesRead;

  public MemoryChunks(NodeId node) {
    this.node = node;
  }

  /// The next put fails with this code; called n times, the next n.
  public synchronized void failNextPut(ErrorCode code) {
    putFailures.add(Optional.of(code));
  }

  /// After `count` more puts one fails with this code.
  public synchronized void failPutAfter(int count, ErrorCode code) {
    for (int i = 0; i < count; i++) {
      putFailures.add(Optional.empty());
    }
    putFailures.add(Optional.of(code));
  }

  /// Puts into this volume fail with VOLUME_FULL from now on.
  public synchronized void fill(long volumeNumber) {
    fullVolumes.add(volumeNumber);
  }

  /// Every call fails with this code, until [#recover].
  public synchronized void fail(ErrorCode code) {
    down = Optional.of(code);
  }

  public synchronized void recover() {
    down = Optional.empty();
    putFailures.clear();
  }

  /// Runs before each put, on its thread: block in it to have a slow disk.
  public void beforePut(Consumer<ChunkId> action) {
    beforePut = action;
  }

  /// Runs before each read, on its thread.
  public void beforeRead(Consumer<ChunkId> action) {
    beforeRead = action;
  }

  /// Changes a sealed byte so that its CRC32C notices: reading the chunk fails.
  public synchronized void rot(ChunkId chunk) {
    find(chunk);
    rotten.add(chunk);
  }

  /// Changes a sealed byte behind the CRC32C's back: it is returned as if it were good.
  public synchronized void forge(ChunkId chunk, int at) {
    find(chunk).buffer()[at] ^= 1;
  }

  /// Loses a chunk.
  public synchronized void lose(ChunkId chunk) {
    find(chunk);
    chunks.remove(chunk);
  }

  public synchronized Set<ChunkId> all() {
    return new TreeSet<>(chunks.keySet());
  }

  /// How many puts were begun.
  public synchronized long puts() {
    return puts;
  }

  /// How many frames were returned.
  public synchronized long framesRead() {
    return framesRead;
  }

  @Override
  public NodeId node() {
    return node;
  }

  @Override
  public void put(SealedChunk chunk) {
    beforePut.accept(chunk.id());
    synchronized (this) {
      puts++;
      checkUp();
      Optional<ErrorCode> failure = putFailures.poll();
      if (failure != null && failure.isPresent()) {
        throw told(failure.get());
      }
      if (fullVolumes.contains(chunk.id().volumeNumber())) {
        throw told(ErrorCode.VOLUME_FULL);
      }
      SealedChunk copy =
          new SealedChunk(
              chunk.id(),
              chunk.plainBytes(),
              chunk.recovery(),
              Arrays.copyOf(chunk.buffer(), chunk.sealedBytes()),
              chunk.sealedBytes());
      if (chunks.putIfAbsent(chunk.id(), copy) != null) {
        throw told(ErrorCode.INVALID_ARGUMENT);
      }
    }
  }

  @Override
  public int read(ChunkId id, int firstFrame, int frameCount, byte[] target) {
    beforeRead.accept(id);
    synchronized (this) {
      checkUp();
      SealedChunk chunk = find(id);
      if (rotten.contains(id)) {
        throw told(ErrorCode.CORRUPT_DATA);
      }
      int frames = SealedChunk.frameCount(chunk.plainBytes());
      if (firstFrame < 0 || frameCount < 1 || firstFrame + frameCount > frames) {
        throw told(ErrorCode.INVALID_ARGUMENT);
      }
      int from = firstFrame * SealedChunk.SEALED_FRAME_BYTES;
      int to = Math.min(chunk.sealedBytes(), from + frameCount * SealedChunk.SEALED_FRAME_BYTES);
      System.arraycopy(chunk.buffer(), from, target, 0, to - from);
      framesRead += frameCount;
      return to - from;
    }
  }

  @Override
  public synchronized Optional<ChunkInfo> stat(ChunkId id) {
    checkUp();
    return Optional.ofNullable(chunks.get(id))
        .map(chunk -> new ChunkInfo(id, chunk.plainBytes(), chunk.recovery()));
  }

  @Override
  public synchronized void delete(ChunkId id) {
    checkUp();
    chunks.remove(id);
    rotten.remove(id);
  }

  private void checkUp() {
    if (down.isPresent()) {
      throw told(down.get());
    }
  }

  private SealedChunk find(ChunkId id) {
    SealedChunk chunk = chunks.get(id);
    if (chunk == null) {
      throw told(ErrorCode.NO_SUCH_KEY);
    }
    return chunk;
  }

  private MillraceException told(ErrorCode code) {
    return new MillraceException(
        code, "node " + node + ": fails with " + code + ": this is a test");
  }
}
