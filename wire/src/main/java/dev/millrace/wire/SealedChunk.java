package dev.millrace.wire;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.Limits;
import dev.millrace.model.ChunkId;

/// A sealed chunk on its way to a volume. Not copied: `buffer` belongs to the caller again only
/// when the call it was given to has returned.
///
/// @param plainBytes 1 to 8 MiB
/// @param recovery sealed under the master key: what `catalog rebuild` needs
/// @param buffer holds the sealed frames, one behind the other: each 128 KiB of plaintext (the last
///   one less) and its 16-byte tag
/// @param sealedBytes how many bytes of `buffer` count, from 0
@SuppressWarnings("ArrayRecordComponent") // bulk bytes: 8 MiB are lent, not copied; never compared
public record SealedChunk(
    ChunkId id, int plainBytes, Bytes recovery, byte[] buffer, int sealedBytes) {
  /// Bytes that sealing adds to a frame.
  public static final int TAG_BYTES = 16;

  /// Sealed bytes of a whole frame.
  public static final int SEALED_FRAME_BYTES = Limits.FRAME_BYTES + TAG_BYTES;

  public SealedChunk {
    Check.that(plainBytes > 0 && plainBytes <= Limits.CHUNK_BYTES, "chunk of %d", plainBytes);
    Check.that(
        sealedBytes == sealedLength(plainBytes) && sealedBytes <= buffer.length,
        "%d sealed bytes for %d in a buffer of %d",
        sealedBytes,
        plainBytes,
        buffer.length);
  }

  /// Frames of a chunk with so many bytes of plaintext.
  public static int frameCount(int plainBytes) {
    return (plainBytes + Limits.FRAME_BYTES - 1) / Limits.FRAME_BYTES;
  }

  /// Sealed bytes of a chunk with so many bytes of plaintext.
  public static int sealedLength(int plainBytes) {
    return plainBytes + TAG_BYTES * frameCount(plainBytes);
  }
}
