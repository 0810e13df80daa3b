package dev.millrace.wire.volume;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The layout of an index snapshot: what a volume's index was when it was last closed.
///
/// ```
///   0  u64  magic "MRINDEX1"
///   8  u64  format version
///  16  u64  volume number
///  24  u64  next sequence
///  32  u64  segments
///  40  u64  chunks
///      for each segment:
///        u64  number, u64 nonce, u64 length
///        u64  kinds of tombstones, for each: u64 target segment, u64 how many
///      for each chunk:
///        u64  local id, u64 sequence
///        u32  offset / 512, u32 segment number
///        u32  plain length, u32 recovery length
///      u32  CRC32C of all before
/// ```
///
/// A snapshot counts only when its checksum is right and every segment that it names is there with
/// that nonce and at least that length. Since segments only grow at the end, a volume that has gone
/// on since is the snapshot and whatever lies behind those lengths.
public final class IndexCodec {
  public static final int HEADER_BYTES = 48;
  public static final int CHUNK_BYTES = 32;
  public static final int CRC_BYTES = 4;
  public static final int VERSION = 1;

  private static final long MAGIC = 0x315845444E49524DL; // "MRINDEX1"
  private static final int SEGMENT_BYTES = 32;
  private static final int TOMBSTONES_BYTES = 16;
  private static final long MAX_SEGMENTS = 1 << 20;

  private IndexCodec() {}

  /// A segment as the snapshot knows it.
  ///
  /// @param tombstones how many tombstones it holds, by the segment that they kill in
  public record SegmentState(
      long number, long nonce, long lengthBytes, Map<Long, Integer> tombstones) {
    public SegmentState {
      tombstones = Map.copyOf(tombstones);
    }
  }

  /// Everything but the chunks.
  public record Head(
      long volumeNumber, long nextSequence, List<SegmentState> segments, long chunkCount) {
    public Head {
      segments = List.copyOf(segments);
    }

    /// Length of the head in bytes.
    public int encodedBytes() {
      int bytes = HEADER_BYTES;
      for (SegmentState segment : segments) {
        bytes += SEGMENT_BYTES + TOMBSTONES_BYTES * segment.tombstones().size();
      }
      return bytes;
    }
  }

  /// Writes the head into `out` (little-endian).
  public static void encodeHead(Head head, ByteBuffer out) {
    out.putLong(MAGIC).putLong(VERSION).putLong(head.volumeNumber()).putLong(head.nextSequence());
    out.putLong(head.segments().size()).putLong(head.chunkCount());
    for (SegmentState segment : head.segments()) {
      out.putLong(segment.number()).putLong(segment.nonce()).putLong(segment.lengthBytes());
      out.putLong(segment.tombstones().size());
      new TreeMap<>(segment.tombstones())
          .forEach((target, count) -> out.putLong(target).putLong(count));
    }
  }

  /// Reads the head from `in` (little-endian), whose checksum was right.
  ///
  /// @return null when it isn't of this format
  public static @Nullable Head decodeHead(ByteBuffer in) {
    if (in.remaining() < HEADER_BYTES || in.getLong() != MAGIC || in.getLong() != VERSION) {
      return null;
    }
    long volume = in.getLong();
    long nextSequence = in.getLong();
    long segmentCount = in.getLong();
    long chunkCount = in.getLong();
    if (segmentCount < 0 || segmentCount > MAX_SEGMENTS) {
      return null;
    }
    SegmentState[] segments = new SegmentState[(int) segmentCount];
    for (int i = 0; i < segments.length; i++) {
      if (in.remaining() < SEGMENT_BYTES) {
        return null;
      }
      long number = in.getLong();
      long nonce = in.getLong();
      long length = in.getLong();
      long kinds = in.getLong();
      if (kinds < 0 || kinds > in.remaining() / TOMBSTONES_BYTES) {
        return null;
      }
      Map<Long, Integer> tombstones = new TreeMap<>();
      for (long k = 0; k < kinds; k++) {
        tombstones.put(in.getLong(), (int) in.getLong());
      }
      segments[i] = new SegmentState(number, nonce, length, tombstones);
    }
    return new Head(volume, nextSequence, List.of(segments), chunkCount);
  }
}
