package dev.millrace.wire.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.WrappedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MasterKeysTest {
  @TempDir private Path folder;
  private final SecureRandom random = new SecureRandom();
  private Path file = Path.of("keys");

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("master.keys");
  }

  private static void assertFails(ErrorCode code, String says, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(says);
  }

  @Test
  void aNewRingIsOneFileForItsOwnerOnly() throws IOException {
    MasterKeys keys = MasterKeys.create(file, random);
    assertThat(keys.current()).isEqualTo(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    assertFails(ErrorCode.CONFIGURATION, "there already", () -> MasterKeys.create(file, random));
  }

  @Test
  void aDataKeyComesBackAfterARestart() {
    WrappedKey wrapped = MasterKeys.create(file, random).newDataKey();
    MasterKeys again = MasterKeys.load(file, random);
    assertThat(again.unwrap(wrapped).raw()).isEqualTo(again.unwrap(wrapped).raw());
    assertThat(again.wrap(again.unwrap(wrapped))).isEqualTo(wrapped);
  }

  @Test
  void rotationRewrapsUnderTheNewKeyAndKeepsTheOld() {
    MasterKeys keys = MasterKeys.create(file, random);
    WrappedKey old = keys.newDataKey();
    assertThat(keys.addKey()).isEqualTo(2);
    WrappedKey rewrapped = keys.rewrap(old);
    assertThat(rewrapped.masterKeyNumber()).isEqualTo(2);
    MasterKeys again = MasterKeys.load(file, random);
    assertThat(again.current()).isEqualTo(2);
    assertThat(again.unwrap(rewrapped).raw()).isEqualTo(again.unwrap(old).raw());
    assertThat(keys.newDataKey().masterKeyNumber()).isEqualTo(2);
  }

  @Test
  void openPermissionsAreRefusedWithTheRemedy() throws IOException {
    MasterKeys.create(file, random);
    for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      assertFails(
          ErrorCode.CONFIGURATION, "chmod 600 " + file, () -> MasterKeys.load(file, random));
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    assertThat(MasterKeys.load(file, random).current()).isEqualTo(1);
  }

  @Test
  void aMissingFileAndAMissingKeyAreToldFromAWrongOne() {
    assertFails(ErrorCode.KEY_MISSING, file.toString(), () -> MasterKeys.load(file, random));
    MasterKeys keys = MasterKeys.create(file, random);
    MasterKeys others = MasterKeys.create(folder.resolve("others"), random);
    WrappedKey theirs = others.newDataKey();
    assertFails(ErrorCode.KEY_WRONG, "master key 1", () -> keys.unwrap(theirs));
    others.addKey();
    WrappedKey second = others.newDataKey();
    assertFails(ErrorCode.KEY_MISSING, "master key 2", () -> keys.unwrap(second));
    assertThat(keys.checkValue()).isNotEqualTo(others.checkValue());
  }

  @Test
  void anyDamagedByteOfAWrappedKeyIsNoticed() {
    MasterKeys keys = MasterKeys.create(file, random);
    WrappedKey wrapped = keys.newDataKey();
    byte[] bytes = wrapped.wrapped().toArray();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 1;
      WrappedKey damaged = new WrappedKey(1, Bytes.copyOf(bytes));
      assertFails(
          i >= 1 && i <= MasterKey.CHECK_BYTES ? ErrorCode.KEY_WRONG : ErrorCode.CORRUPT_DATA,
          "master key 1",
          () -> keys.unwrap(damaged));
      bytes[i] ^= 1;
    }
    assertFails(
        ErrorCode.CORRUPT_DATA,
        "damaged",
        () -> keys.unwrap(new WrappedKey(1, Bytes.copyOf(bytes, 0, 20))));
    assertFails(
        ErrorCode.CORRUPT_DATA, "damaged", () -> keys.unwrap(new WrappedKey(1, Bytes.EMPTY)));
  }

  @Test
  void aDamagedFileIsRefusedByLineWithoutTellingTheKey() throws IOException {
    MasterKeys.create(file, random).addKey();
    String good = Files.readString(file);
    String key = good.lines().filter(l -> l.startsWith("2 ")).findFirst().orElseThrow();
    char changed = key.charAt(10) == '0' ? '1' : '0';
    for (String bad :
        new String[] {
          key.substring(0, 10) + changed + key.substring(11),
          key.replace(" ", ""),
          "x" + key,
          key + " more",
          "2 zz zz",
          "0" + key.substring(1)
        }) {
      Files.writeString(file, good.replace(key, bad));
      assertThatThrownBy(() -> MasterKeys.load(file, random))
          .hasMessageContaining("line 5")
          .hasMessageNotContaining(key.substring(20, 40));
    }
    Files.writeString(file, good + key + "\n");
    assertFails(ErrorCode.CONFIGURATION, "twice", () -> MasterKeys.load(file, random));
    Files.writeString(file, "# nothing\n");
    assertFails(ErrorCode.KEY_MISSING, "no master key", () -> MasterKeys.load(file, random));
  }

  @Test
  void theEnvironmentHoldsTheSameLinesAndCannotGrow() throws IOException {
    MasterKeys keys = MasterKeys.create(file, random);
    String value =
        String.join(",", Files.readString(file).lines().filter(l -> !l.startsWith("#")).toList());
    MasterKeys same = MasterKeys.ofEnvironment("MILLRACE_MASTER_KEYS", value, random);
    assertThat(same.checkValue()).isEqualTo(keys.checkValue());
    assertFails(ErrorCode.CONFIGURATION, "environment", same::addKey);
  }

  @Test
  void secretsDoNotPrint() {
    assertThat(DataKey.random(random).toString()).isEqualTo("DataKey");
    assertThat(new MasterKey(3, new byte[32]).toString()).isEqualTo("MasterKey[3]");
  }
}
