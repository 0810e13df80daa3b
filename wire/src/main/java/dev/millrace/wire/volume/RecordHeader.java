package dev.millrace.wire.volume;

import dev.millrace.model.ChunkId;

/// The header of one record of a segment file. [RecordCodec] has the layout.
public sealed interface RecordHeader {
  /// Where the record lies.
  Place place();

  /// Bytes that the record takes of its file, a multiple of 512.
  int extentBytes();

  /// Ties a record to the very place that it was written for, so that bytes that merely look like a
  /// record (old contents of the disk, or contents of a chunk) are never taken for one.
  ///
  /// @param segmentNonce the random number of the segment file
  /// @param offset of the record in its file
  /// @param durableThrough when the header was written, all of the file below this offset was
  ///   already durable: what a scan finds damaged there is bit rot, not an unfinished write
  record Place(long segmentNonce, long offset, long durableThrough) {}

  /// A chunk.
  ///
  /// @param sequence grows with every record of a volume; of several valid records of a chunk the
  ///   highest counts. A copy made by compaction keeps it
  /// @param bodyCrc CRC32C of recovery blob and table of frame checksums
  record Chunk(ChunkId id, long sequence, RecordShape shape, int bodyCrc, Place place)
      implements RecordHeader {
    @Override
    public int extentBytes() {
      return shape.extentBytes();
    }
  }

  /// Says that records of a chunk are dead: all up to a sequence number, or the one at a place.
  ///
  /// @param upToSequence the last sequence number that it kills
  /// @param targetSegment the segment that holds the dead record: while that file is there, the
  ///   tombstone must be kept
  /// @param targetOffset 0 to kill the chunk; else only the record at this offset is dead
  record Tombstone(
      ChunkId id, long upToSequence, long targetSegment, long targetOffset, Place place)
      implements RecordHeader {
    @Override
    public int extentBytes() {
      return RecordShape.GRANULE_BYTES;
    }
  }

  /// Says only how much of the file is durable.
  record Mark(long volumeNumber, Place place) implements RecordHeader {
    @Override
    public int extentBytes() {
      return RecordShape.GRANULE_BYTES;
    }
  }
}
