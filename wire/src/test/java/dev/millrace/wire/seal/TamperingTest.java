package dev.millrace.wire.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.wire.SealedChunk;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Everything that a storage node, a disk or an attacker could do to a sealed chunk is noticed.
final class TamperingTest {
  private static final int SEALED_FRAME = SealedChunk.SEALED_FRAME_BYTES;

  private final DataKey key = DataKey.random(new SecureRandom());
  private final ChunkId chunk = new ChunkId(5, 77);

  private void assertDetected(byte[] sealed, int plainBytes, String what, Object... values) {
    assertThatThrownBy(() -> SealedFrames.open(key, chunk, sealed, plainBytes))
        .as(what, values)
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_DATA))
        .hasMessageContaining(chunk.toString());
  }

  @Test
  void everyBitOfASmallChunk() {
    byte[] plain = VectorFile.pattern(100);
    byte[] sealed = SealedFrames.seal(key, chunk, plain);
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      sealed[bit / 8] ^= (byte) (1 << bit % 8);
      assertDetected(sealed, plain.length, "bit %d", bit);
      sealed[bit / 8] ^= (byte) (1 << bit % 8);
    }
    assertThat(SealedFrames.open(key, chunk, sealed, plain.length)).isEqualTo(plain);
  }

  @Test
  void everyFrameOfALargeChunk() {
    byte[] plain = VectorFile.pattern(Limits.CHUNK_BYTES);
    byte[] sealed = SealedFrames.seal(key, chunk, plain);
    ChunkCipher cipher = new ChunkCipher(key, chunk, plain.length);
    byte[] out = new byte[Limits.FRAME_BYTES];
    for (int frame = 0; frame < cipher.frameCount(); frame++) {
      int offset = frame * SEALED_FRAME;
      for (int at : new int[] {0, Limits.FRAME_BYTES / 2, SEALED_FRAME - 1}) {
        sealed[offset + at] ^= 0x10;
        int damaged = frame;
        assertThatThrownBy(() -> cipher.openFrame(damaged, sealed, offset, out, 0))
            .hasMessageContaining("frame " + frame);
        sealed[offset + at] ^= 0x10;
      }
      cipher.openFrame(frame, sealed, offset, out, 0);
    }
  }

  @Test
  void twoFramesChangedPlaces() {
    byte[] plain = new byte[3 * Limits.FRAME_BYTES];
    for (int a = 0; a < 3; a++) {
      for (int b = a + 1; b < 3; b++) {
        byte[] sealed = SealedFrames.seal(key, chunk, plain);
        byte[] kept = Arrays.copyOfRange(sealed, a * SEALED_FRAME, (a + 1) * SEALED_FRAME);
        System.arraycopy(sealed, b * SEALED_FRAME, sealed, a * SEALED_FRAME, SEALED_FRAME);
        System.arraycopy(kept, 0, sealed, b * SEALED_FRAME, SEALED_FRAME);
        assertDetected(sealed, plain.length, "frames %d and %d", a, b);
      }
    }
  }

  @Test
  void anotherChunkInItsPlace() {
    byte[] plain = VectorFile.pattern(1000);
    for (ChunkId other :
        new ChunkId[] {new ChunkId(5, 78), new ChunkId(6, 77), new ChunkId(0, 77)}) {
      assertDetected(SealedFrames.seal(key, other, plain), plain.length, "%s", other);
    }
  }

  @Test
  void cutOrGrownAtAFrameBoundary() {
    byte[] plain = VectorFile.pattern(4 * Limits.FRAME_BYTES);
    byte[] sealed = SealedFrames.seal(key, chunk, plain);
    for (int frames = 1; frames < 4; frames++) {
      byte[] cut = Arrays.copyOf(sealed, frames * SEALED_FRAME);
      assertDetected(cut, frames * Limits.FRAME_BYTES, "%d frames", frames);
    }
    byte[] grown = Arrays.copyOf(sealed, 5 * SEALED_FRAME);
    assertDetected(grown, 5 * Limits.FRAME_BYTES, "five frames");
  }

  @Test
  void anotherLengthOfTheLastFrame() {
    byte[] plain = VectorFile.pattern(1000);
    byte[] sealed = SealedFrames.seal(key, chunk, plain);
    assertDetected(sealed, 999, "one byte less");
    assertDetected(Arrays.copyOf(sealed, sealed.length + 1), 1001, "one byte more");
  }

  @Test
  void anotherKey() {
    byte[] plain = VectorFile.pattern(1000);
    byte[] sealed = SealedFrames.seal(DataKey.random(new SecureRandom()), chunk, plain);
    assertDetected(sealed, plain.length, "another key");
  }

  @Test
  void oneFrameIsOpenedAlone() {
    byte[] plain = VectorFile.pattern(Limits.CHUNK_BYTES - 1);
    byte[] sealed = SealedFrames.seal(key, chunk, plain);
    ChunkCipher cipher = new ChunkCipher(key, chunk, plain.length);
    byte[] out = new byte[Limits.FRAME_BYTES];
    assertThat(cipher.openFrame(63, sealed, 63 * SEALED_FRAME, out, 0))
        .isEqualTo(Limits.FRAME_BYTES - 1);
    assertThat(Arrays.copyOf(out, Limits.FRAME_BYTES - 1))
        .isEqualTo(Arrays.copyOfRange(plain, 63 * Limits.FRAME_BYTES, plain.length));
    assertThat(cipher.framesOpened()).isEqualTo(1);
  }
}
