package dev.millrace.wire.volume;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import dev.millrace.base.Limits;
import dev.millrace.wire.SealedChunk;

/// Where the parts of a chunk record lie, counted from its start. Follows from two lengths alone.
///
/// @param plainBytes of the chunk, 1 to 8 MiB
/// @param recoveryBytes length of the recovery blob, at most [#MAX_RECOVERY_BYTES]
public record RecordShape(int plainBytes, int recoveryBytes) {
  /// Every record starts and ends at a multiple of this, so that a scan finds its way again after
  /// damage. One disk sector: the smallest unit that is written wholly or not at all.
  public static final int GRANULE_BYTES = 512;

  /// Large records, and their first frame, start at a multiple of this: one page.
  public static final int LARGE_ALIGNMENT_BYTES = 4096;

  /// Records with so many sealed bytes or more are large.
  public static final int LARGE_BYTES = (int) (64 * ByteUnits.KIB);

  /// A recovery blob names bucket, key (1 KiB), metadata (2 KiB) and a wrapped key, sealed.
  public static final int MAX_RECOVERY_BYTES = (int) (16 * ByteUnits.KIB);

  public RecordShape {
    Check.that(valid(plainBytes, recoveryBytes), "record of %d+%d", plainBytes, recoveryBytes);
  }

  static boolean valid(int plainBytes, int recoveryBytes) {
    return plainBytes > 0
        && plainBytes <= Limits.CHUNK_BYTES
        && recoveryBytes >= 0
        && recoveryBytes <= MAX_RECOVERY_BYTES;
  }

  public int sealedBytes() {
    return SealedChunk.sealedLength(plainBytes);
  }

  public int frameCount() {
    return SealedChunk.frameCount(plainBytes);
  }

  /// Whether start and first frame are aligned to a page.
  public boolean large() {
    return sealedBytes() >= LARGE_BYTES;
  }

  /// What the record's start must be a multiple of.
  public int alignmentBytes() {
    return large() ? LARGE_ALIGNMENT_BYTES : GRANULE_BYTES;
  }

  public int tableOffset() {
    return RecordCodec.HEADER_BYTES + recoveryBytes;
  }

  /// Bytes of header, recovery blob and table of frame checksums.
  public int metaBytes() {
    return tableOffset() + Integer.BYTES * frameCount();
  }

  /// Start of the sealed frames.
  public int dataOffset() {
    return large() ? (int) align(metaBytes(), LARGE_ALIGNMENT_BYTES) : metaBytes();
  }

  /// Start of frame `index` (or, for [#frameCount], the end of the last one).
  public int frameOffset(int index) {
    return dataOffset() + Math.min(index * SealedChunk.SEALED_FRAME_BYTES, sealedBytes());
  }

  /// Bytes that the record takes of its file.
  public int extentBytes() {
    return (int) align(dataOffset() + (long) sealedBytes(), GRANULE_BYTES);
  }

  /// The least multiple of `unit` (a power of two) that is not below `value`.
  public static long align(long value, int unit) {
    return (value + unit - 1) & -unit;
  }
}
