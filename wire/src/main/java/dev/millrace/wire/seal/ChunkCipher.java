package dev.millrace.wire.seal;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.wire.SealedChunk;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/// Seals and opens the frames of one chunk. Any frame can be opened alone. For one thread at a
/// time; making one costs some microseconds, a frame of 128 KiB about 16.
///
/// The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: *Online
/// Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance*, 2015) over AES-256-GCM:
///
/// ```
/// key    HKDF-SHA256(ikm: data key, salt: none, info: "millrace chunk v1" ‖ chunk id), 32 bytes
/// nonce  00 00 00 00 00 00 00 ‖ frame number (4 bytes) ‖ 01 for the last frame, else 00
/// aad    chunk id (16 bytes) ‖ frame number (4 bytes)
/// frame  ciphertext, as long as the plaintext ‖ tag (16 bytes)
/// ```
///
/// The chunk id is its volume's number and its local number, 8 bytes each; all numbers are
/// big-endian. Since each chunk has a key of its own, no nonce repeats under a key as long as no
/// chunk id is used for two plaintexts under one data key: a chunk that goes to another volume
/// after a failure gets a new id. What is told apart: another chunk's frame (key, aad), a frame in
/// another's place (nonce, aad), a chunk cut behind a frame or longer than it was (the last-frame
/// flag), any changed bit (the tag).
public final class ChunkCipher {
  /// The chunk id that inline content of local number `local` is sealed as.
  public static ChunkId inlineId(long local) {
    return new ChunkId(0, local);
  }

  private static final String PURPOSE = "millrace chunk v1";
  private static final int FRAME_NUMBER_AT = 7;
  private static final int LAST_FLAG_AT = 11;

  private final ChunkId chunk;
  private final int plainBytes;
  private final int frameCount;
  private final SecretKey key;
  private final Cipher cipher = Primitives.gcm();
  private final ByteBuffer nonce = ByteBuffer.allocate(Primitives.NONCE_BYTES);
  private final ByteBuffer aad = ByteBuffer.allocate(20);
  private long framesOpened;

  /// The cipher of one chunk.
  ///
  /// @param plainBytes of the whole chunk, as its extent says
  public ChunkCipher(DataKey dataKey, ChunkId chunk, int plainBytes) {
    Check.that(plainBytes > 0 && plainBytes <= Limits.CHUNK_BYTES, "chunk of %d", plainBytes);
    this.chunk = chunk;
    this.plainBytes = plainBytes;
    this.frameCount = SealedChunk.frameCount(plainBytes);
    this.key = Primitives.derive(dataKey.raw(), PURPOSE, chunk.volumeNumber(), chunk.local());
    aad.putLong(chunk.volumeNumber()).putLong(chunk.local());
  }

  public ChunkId chunk() {
    return chunk;
  }

  public int frameCount() {
    return frameCount;
  }

  /// Plaintext bytes of a frame: 128 KiB, less in the last.
  public int frameBytes(int frame) {
    Check.that(frame >= 0 && frame < frameCount, "frame %d of %d", frame, frameCount);
    return Math.min(Limits.FRAME_BYTES, plainBytes - frame * Limits.FRAME_BYTES);
  }

  /// How many frames were opened, damaged ones included.
  public long framesOpened() {
    return framesOpened;
  }

  /// Seals one frame. `plain` and `sealed` may be the same array at the same offset.
  ///
  /// @return how many bytes of `sealed` were written: the frame and its tag
  public int sealFrame(int frame, byte[] plain, int plainOffset, byte[] sealed, int sealedOffset) {
    int length = frameBytes(frame);
    try {
      initialise(Cipher.ENCRYPT_MODE, frame);
      return cipher.doFinal(plain, plainOffset, length, sealed, sealedOffset);
    } catch (GeneralSecurityException e) {
      throw Primitives.unusable(e);
    }
  }

  /// Opens one frame. The arrays may be the same only at the same offset, and two arrays are
  /// faster.
  ///
  /// @return how many bytes of `plain` were written
  /// @throws MillraceException CORRUPT_DATA when these are not the bytes that were sealed as this
  ///   frame; `plain` holds nothing of use then
  public int openFrame(int frame, byte[] sealed, int sealedOffset, byte[] plain, int plainOffset) {
    int length = frameBytes(frame);
    framesOpened++;
    try {
      initialise(Cipher.DECRYPT_MODE, frame);
      return cipher.doFinal(
          sealed, sealedOffset, length + SealedChunk.TAG_BYTES, plain, plainOffset);
    } catch (AEADBadTagException e) {
      throw new MillraceException(
          ErrorCode.CORRUPT_DATA,
          "chunk "
              + chunk
              + " frame "
              + frame
              + ": its seal is broken, these are not the bytes that were written: read another copy"
              + " or restore the file from a backup",
          e);
    } catch (GeneralSecurityException e) {
      throw Primitives.unusable(e);
    }
  }

  /// Seals a chunk in place: plaintext frame `i` lies at `i` times
  /// [SealedChunk#SEALED_FRAME_BYTES], with room for its tag behind it.
  ///
  /// @return sealed bytes in all
  public int sealInPlace(byte[] buffer) {
    int sealed = 0;
    for (int frame = 0; frame < frameCount; frame++) {
      sealed += sealFrame(frame, buffer, sealed, buffer, sealed);
    }
    return sealed;
  }

  /// Undoes [#sealInPlace].
  public void openInPlace(byte[] buffer) {
    for (int frame = 0; frame < frameCount; frame++) {
      int offset = frame * SealedChunk.SEALED_FRAME_BYTES;
      openFrame(frame, buffer, offset, buffer, offset);
    }
  }

  private void initialise(int mode, int frame) throws GeneralSecurityException {
    nonce.putInt(FRAME_NUMBER_AT, frame);
    nonce.put(LAST_FLAG_AT, (byte) (frame == frameCount - 1 ? 1 : 0));
    aad.putInt(16, frame);
    cipher.init(mode, key, new GCMParameterSpec(Primitives.TAG_BITS, nonce.array()));
    cipher.updateAAD(aad.array());
  }
}
