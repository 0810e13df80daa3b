package dev.millrace.volumes;

import dev.millrace.model.ChunkId;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.SealedChunk;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sealed chunks on the disks of one node. Thread-safe; calls block; an interrupt neither ends nor
/// harms a call, and stays set.
///
/// Failures, all [dev.millrace.base.MillraceException]:
///
/// | code | meaning | afterwards |
/// |---|---|---|
/// | NO_SUCH_KEY | no such chunk | |
/// | INVALID_ARGUMENT | the id is stored already, or being stored | nothing changed |
/// | INVALID_RANGE | frames that the chunk doesn't have | |
/// | CORRUPT_DATA | a checksum differs; the damaged bytes are not returned | counted as damaged |
/// | VOLUME_FULL | the volume has its full size | take another volume |
/// | DISK_FULL | no space but the head-room | works again once there is space |
/// | READ_ONLY | the volume (or disk) can't be written | reads go on |
/// | IO_ERROR | the disk failed | the volume is read-only until it is opened anew |
/// | UNAVAILABLE | the store is closed | |
///
/// **Promised**: a chunk is visible once, and only once, [#append] has returned, and stays until
/// [#delete] was called; both survive a power cut. **Not promised**: an append or delete that
/// failed with IO_ERROR, or was cut off by a crash, may turn out done after the store was opened
/// anew; but then wholly.
public interface ChunkStore extends AutoCloseable {
  /// Stores a chunk, in a new volume if its volume isn't there yet. Durable on return.
  void append(SealedChunk chunk);

  /// Reads whole sealed frames `firstFrame` to `firstFrame + frameCount - 1` into `target` from
  /// index 0, each CRC32C verified. After a failure `target` holds anything.
  ///
  /// @return how many bytes were read
  int read(ChunkId id, int firstFrame, int frameCount, byte[] target);

  /// What the header of the chunk's record says, verified.
  Optional<ChunkInfo> stat(ChunkId id);

  /// Whether the chunk is there; asks the index only.
  boolean contains(ChunkId id);

  /// Frees a chunk. Durable on return. Deleting one that isn't there does nothing.
  void delete(ChunkId id);

  /// The volumes, ordered, with their figures.
  List<VolumeUsage> volumes();

  /// A page of the chunks of a volume in the order of their ids: those after `after` (null: from
  /// the first), at most `limit`. Fewer than `limit` means that it is the last page. Chunks that
  /// are there during the whole listing are listed, once.
  List<ChunkId> chunks(VolumeId volume, @Nullable ChunkId after, int limit);

  /// As [#chunks(VolumeId, ChunkId, int)], over all volumes.
  List<ChunkId> chunks(@Nullable ChunkId after, int limit);

  /// Re-reads every chunk of a volume and verifies every checksum, at the pace of `pace`. Each
  /// damaged chunk is given to `repair`, and replaced by what that returns.
  ScrubReport scrub(VolumeId volume, ScrubPace pace, ChunkRepair repair);

  /// Rewrites what is more than half garbage, in all volumes, so that its space comes back. Safe at
  /// any time; meant to be called every few minutes.
  CompactionReport compact();

  /// The store's figures.
  StoreUsage usage();

  /// Finishes. Calls that are under way fail with UNAVAILABLE or are done.
  @Override
  void close();
}
