package dev.millrace.wire.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.VersionId;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecoveryCodecTest {
  @TempDir private Path folder;

  private Recovery recovery(MasterKeys keys, String bucket, String key) {
    return new Recovery(
        new BucketName(bucket),
        new ObjectKey(key),
        new VersionId(new Id128(-1, 5)),
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        true,
        false,
        keys.newDataKey());
  }

  @Test
  void whatIsLongestFits() {
    MasterKeys keys = MasterKeys.create(folder.resolve("keys"), new SecureRandom());
    RecoveryCodec codec = new RecoveryCodec(keys);
    ChunkId chunk = new ChunkId(1, -1);
    Recovery longest = recovery(keys, "b".repeat(63), "ä".repeat(512));
    Bytes sealed = codec.seal(chunk, longest);
    assertThat(sealed.length()).isLessThanOrEqualTo(RecoveryCodec.MAX_BYTES);
    assertThat(codec.open(chunk, sealed)).isEqualTo(longest);
    assertThat(codec.seal(chunk, longest)).isNotEqualTo(sealed);
  }

  @Test
  void itOutlivesARotation() {
    MasterKeys keys = MasterKeys.create(folder.resolve("keys"), new SecureRandom());
    RecoveryCodec codec = new RecoveryCodec(keys);
    ChunkId chunk = new ChunkId(1, 2);
    Recovery recovery = recovery(keys, "bucket", "key");
    Bytes sealed = codec.seal(chunk, recovery);
    keys.addKey();
    assertThat(codec.open(chunk, sealed)).isEqualTo(recovery);
  }

  @Test
  void anyChangedByteAndAnotherChunkAreNoticed() {
    MasterKeys keys = MasterKeys.create(folder.resolve("keys"), new SecureRandom());
    RecoveryCodec codec = new RecoveryCodec(keys);
    ChunkId chunk = new ChunkId(1, 2);
    byte[] sealed = codec.seal(chunk, recovery(keys, "bucket", "key")).toArray();
    for (int i = 0; i < sealed.length; i++) {
      sealed[i] ^= 4;
      Bytes damaged = Bytes.copyOf(sealed);
      assertThatThrownBy(() -> codec.open(chunk, damaged))
          .as("byte %d", i)
          .isInstanceOf(MillraceException.class);
      sealed[i] ^= 4;
    }
    Bytes good = Bytes.copyOf(sealed);
    assertThatThrownBy(() -> codec.open(new ChunkId(1, 3), good))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("recovery header");
    for (int length = 0; length < sealed.length; length++) {
      Bytes cut = Bytes.copyOf(sealed, 0, length);
      assertThatThrownBy(() -> codec.open(chunk, cut)).isInstanceOf(MillraceException.class);
    }
  }
}
