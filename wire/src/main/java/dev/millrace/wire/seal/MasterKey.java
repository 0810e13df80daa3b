package dev.millrace.wire.seal;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import java.util.Arrays;
import javax.crypto.SecretKey;

/// One numbered master key. Nothing is sealed under the key itself but under keys derived from it,
/// one a purpose:
///
/// ```
/// check     HKDF-SHA256(key, info: "millrace check v1"), first 8 bytes: names the key, is no secret
/// wrapping  HKDF-SHA256(key, info: "millrace wrap v1")
/// recovery  HKDF-SHA256(key, info: "millrace recovery v1" ‖ chunk id), one a chunk
/// ```
final class MasterKey {
  static final int CHECK_BYTES = 8;

  private final int number;
  private final byte[] value;
  private final byte[] check;
  private final SecretKey wrapping;

  MasterKey(int number, byte[] value) {
    Check.that(number > 0, "master key number %d", number);
    Check.that(value.length == Primitives.KEY_BYTES, "master key of %d bytes", value.length);
    this.number = number;
    this.value = value.clone();
    this.check =
        Arrays.copyOf(Primitives.derive(value, "millrace check v1").getEncoded(), CHECK_BYTES);
    this.wrapping = Primitives.derive(value, "millrace wrap v1");
  }

  int number() {
    return number;
  }

  /// Tells this key from another of the same number; not secret.
  Bytes check() {
    return Bytes.copyOf(check);
  }

  byte[] raw() {
    return value;
  }

  SecretKey wrapping() {
    return wrapping;
  }

  SecretKey recovery(long volumeNumber, long local) {
    return Primitives.derive(value, "millrace recovery v1", volumeNumber, local);
  }

  @Override
  public String toString() {
    return "MasterKey[" + number + "]";
  }
}
