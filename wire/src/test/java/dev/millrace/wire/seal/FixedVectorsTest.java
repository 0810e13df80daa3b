package dev.millrace.wire.seal;

import static dev.millrace.wire.seal.VectorFile.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import dev.millrace.base.Text;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.wire.SealedChunk;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The formats as they lie on disks: what was stored once stays readable.
final class FixedVectorsTest {
  private static final byte[] DATA_KEY = new byte[32];
  private static final byte[] MASTER_KEY = new byte[32];

  static {
    for (int i = 0; i < 32; i++) {
      DATA_KEY[i] = (byte) (i + 1);
      MASTER_KEY[i] = (byte) (i + 200);
    }
  }

  private final MasterKeys keys =
      MasterKeys.ofEnvironment(
          "KEYS",
          "7 " + Text.hex(MASTER_KEY) + " " + of("check").getFirst()[1],
          new SecureRandom());

  private static List<String[]> of(String kind) {
    return VectorFile.lines("seal-v1.txt").stream().filter(v -> v[0].equals(kind)).toList();
  }

  @Test
  void chunksAreSealedAsEver() throws NoSuchAlgorithmException {
    for (String[] vector : of("chunk")) {
      ChunkId chunk = ChunkId.parse(vector[1] + vector[2]);
      int plainBytes = Integer.parseInt(vector[3]);
      byte[] plain = VectorFile.pattern(plainBytes);
      byte[] sealed = SealedFrames.seal(DataKey.of(DATA_KEY), chunk, plain);
      assertThat(Text.hex(MessageDigest.getInstance("SHA-256").digest(sealed)))
          .as("%s of %d", chunk, plainBytes)
          .isEqualTo(vector[4]);
      if (!vector[5].isEmpty()) {
        assertThat(sealed).isEqualTo(hex(vector[5]));
      }
      assertThat(SealedFrames.open(DataKey.of(DATA_KEY), chunk, sealed, plainBytes))
          .isEqualTo(plain);
    }
  }

  @Test
  void sealingInPlaceGivesTheSame() {
    ChunkId chunk = new ChunkId(3, 4);
    byte[] plain = VectorFile.pattern(131_072 * 2 + 5);
    byte[] expected = SealedFrames.seal(DataKey.of(DATA_KEY), chunk, plain);
    byte[] buffer = new byte[expected.length + 3];
    for (int from = 0, to = 0; from < plain.length; from += 131_072) {
      System.arraycopy(plain, from, buffer, to, Math.min(131_072, plain.length - from));
      to += SealedChunk.SEALED_FRAME_BYTES;
    }
    byte[] spread = buffer.clone();
    ChunkCipher cipher = new ChunkCipher(DataKey.of(DATA_KEY), chunk, plain.length);
    assertThat(cipher.sealInPlace(buffer)).isEqualTo(expected.length);
    assertThat(Arrays.copyOf(buffer, expected.length)).isEqualTo(expected);
    cipher.openInPlace(buffer);
    for (int frame = 0; frame < 3; frame++) {
      int from = frame * SealedChunk.SEALED_FRAME_BYTES;
      int to = from + cipher.frameBytes(frame);
      assertThat(Arrays.copyOfRange(buffer, from, to))
          .isEqualTo(Arrays.copyOfRange(spread, from, to));
    }
  }

  @Test
  void keysAreWrappedAsEver() {
    WrappedKey stored = new WrappedKey(7, Bytes.copyOf(hex(of("wrapped").getFirst()[1])));
    assertThat(keys.wrap(DataKey.of(DATA_KEY))).isEqualTo(stored);
    assertThat(keys.unwrap(stored).raw()).isEqualTo(DATA_KEY);
    assertThat(Text.hex(keys.checkValue().toArray())).isEqualTo(of("check").getFirst()[1]);
  }

  @Test
  void recoveryHeadersAreReadAsEver() {
    String[] vector = of("recovery").getFirst();
    Recovery recovery =
        new RecoveryCodec(keys)
            .open(ChunkId.parse(vector[1] + vector[2]), Bytes.copyOf(hex(vector[3])));
    assertThat(recovery)
        .isEqualTo(
            new Recovery(
                new BucketName("photos"),
                new ObjectKey("2026/ä 1.jpg"),
                new VersionId(Id128.parse("000102030405060708090a0b0c0d0e0f")),
                2,
                3,
                25_165_824,
                true,
                true,
                new WrappedKey(7, Bytes.copyOf(hex(of("wrapped").getFirst()[1])))));
  }
}
