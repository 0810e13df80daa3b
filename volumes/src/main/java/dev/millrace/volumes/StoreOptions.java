package dev.millrace.volumes;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;

/// The bounds of a disk.
///
/// @param volumeBytes size of a volume from which on it takes no more chunks
/// @param segmentBytes size of a segment file from which on the next is begun (one record may be
///   larger than that, alone); a compaction has to move at most half of it
/// @param headRoomBytes what ordinary appends leave free; 2 % of the disk but at least 256 MiB when
///   it is [#DEFAULT_HEAD_ROOM]. Never more than a quarter of the disk
public record StoreOptions(long volumeBytes, long segmentBytes, long headRoomBytes) {
  public static final long DEFAULT_HEAD_ROOM = -1;

  private static final long LEAST_HEAD_ROOM_BYTES = 256 * ByteUnits.MIB;
  private static final int HEAD_ROOM_FRACTION = 50;
  private static final int LARGEST_HEAD_ROOM_FRACTION = 4;
  private static final long LEAST_SEGMENT_BYTES = 64 * ByteUnits.KIB;
  private static final long LARGEST_SEGMENT_BYTES = 64 * ByteUnits.GIB;

  public StoreOptions {
    Check.that(volumeBytes > 0, "volumes of %d bytes", volumeBytes);
    Check.that(
        segmentBytes >= LEAST_SEGMENT_BYTES && segmentBytes <= LARGEST_SEGMENT_BYTES,
        "segments of %d bytes: not from 64 KiB to 64 GiB",
        segmentBytes);
    Check.that(headRoomBytes >= DEFAULT_HEAD_ROOM, "head-room of %d bytes", headRoomBytes);
  }

  /// Volumes of 4 GiB in segments of 256 MiB.
  public static StoreOptions defaults() {
    return new StoreOptions(4 * ByteUnits.GIB, 256 * ByteUnits.MIB, DEFAULT_HEAD_ROOM);
  }

  /// The head-room of a disk of this size.
  long headRoomOf(long capacityBytes) {
    long wanted =
        headRoomBytes == DEFAULT_HEAD_ROOM
            ? Math.max(LEAST_HEAD_ROOM_BYTES, capacityBytes / HEAD_ROOM_FRACTION)
            : headRoomBytes;
    return Math.min(wanted, capacityBytes / LARGEST_HEAD_ROOM_FRACTION);
  }
}
