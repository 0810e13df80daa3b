package dev.millrace.volumes;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.SealedChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a [ChunkStore] is, without disks: the model that others are compared with.
final class MemoryChunkStore implements ChunkStore {
  private final TreeMap<ChunkId, SealedChunk> chunks = new TreeMap<>();

  @Override
  public synchronized void append(SealedChunk chunk) {
    if (chunks.containsKey(chunk.id())) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT, chunk.id() + ": stored: take another");
    }
    byte[] copy = Chunks.sealed(chunk);
    chunks.put(
        chunk.id(),
        new SealedChunk(chunk.id(), chunk.plainBytes(), chunk.recovery(), copy, copy.length));
  }

  @Override
  public synchronized int read(ChunkId id, int firstFrame, int frameCount, byte[] target) {
    SealedChunk chunk = chunks.get(id);
    if (chunk == null) {
      throw new MillraceException(ErrorCode.NO_SUCH_KEY, id + ": not there: look elsewhere");
    }
    int frames = SealedChunk.frameCount(chunk.plainBytes());
    if (firstFrame < 0 || frameCount < 1 || firstFrame + (long) frameCount > frames) {
      throw new MillraceException(ErrorCode.INVALID_RANGE, id + ": has " + frames + " frames");
    }
    int from = firstFrame * SealedChunk.SEALED_FRAME_BYTES;
    int to =
        Math.min((firstFrame + frameCount) * SealedChunk.SEALED_FRAME_BYTES, chunk.sealedBytes());
    System.arraycopy(chunk.buffer(), from, target, 0, to - from);
    return to - from;
  }

  @Override
  public synchronized Optional<ChunkInfo> stat(ChunkId id) {
    return Optional.ofNullable(chunks.get(id))
        .map(chunk -> new ChunkInfo(id, chunk.plainBytes(), chunk.recovery()));
  }

  @Override
  public synchronized boolean contains(ChunkId id) {
    return chunks.containsKey(id);
  }

  @Override
  public synchronized void delete(ChunkId id) {
    chunks.remove(id);
  }

  @Override
  public synchronized List<VolumeUsage> volumes() {
    return chunks.keySet().stream()
        .map(ChunkId::volume)
        .distinct()
        .map(id -> new VolumeUsage(id, chunks(id, null, Integer.MAX_VALUE).size(), 0, 0, 0, true))
        .toList();
  }

  @Override
  public synchronized List<ChunkId> chunks(VolumeId volume, @Nullable ChunkId after, int limit) {
    return chunks.keySet().stream()
        .filter(id -> id.volume().equals(volume) && (after == null || id.compareTo(after) > 0))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<ChunkId> chunks(@Nullable ChunkId after, int limit) {
    return chunks.keySet().stream()
        .filter(id -> after == null || id.compareTo(after) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized ScrubReport scrub(VolumeId volume, ScrubPace pace, ChunkRepair repair) {
    return new ScrubReport(chunks(volume, null, Integer.MAX_VALUE).size(), 0, new ArrayList<>(), 0);
  }

  @Override
  public CompactionReport compact() {
    return CompactionReport.NOTHING;
  }

  @Override
  public synchronized StoreUsage usage() {
    return new StoreUsage(List.of(), volumes().size(), chunks.size(), 0, 0, 0, 0, 0);
  }

  @Override
  public void close() {
    // nothing to finish
  }
}
