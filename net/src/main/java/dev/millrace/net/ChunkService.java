package dev.millrace.net;

import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.SealedChunk;
import java.util.Optional;

/// The chunks of one storage node. Thread-safe; calls block.
///
/// Failures, all `MillraceException`: NO_SUCH_KEY (no such chunk), CORRUPT_DATA (a CRC32C differs;
/// the damaged bytes are not returned), VOLUME_FULL (take another volume), DISK_FULL, READ_ONLY,
/// IO_ERROR, UNAVAILABLE.
public interface ChunkService {
  NodeId node();

  /// Stores a chunk. On return it is durable and visible; after a failure it is neither, or will be
  /// swept. Storing the same id twice is a failure (INVALID_ARGUMENT).
  void put(SealedChunk chunk);

  /// Reads whole sealed frames `firstFrame` to `firstFrame + frameCount - 1` into `target` from
  /// index 0, CRC32C verified.
  ///
  /// @return how many bytes were read
  int read(ChunkId id, int firstFrame, int frameCount, byte[] target);

  Optional<ChunkInfo> stat(ChunkId id);

  /// Frees a chunk. Deleting one that isn't there does nothing.
  void delete(ChunkId id);
}
