package dev.millrace.wire.seal;

import dev.millrace.base.Check;
import java.security.SecureRandom;

/// A 256-bit data key in the clear. Lives in memory only; at rest it is a
/// [dev.millrace.model.WrappedKey]. Prints nothing of itself.
public final class DataKey {
  /// Length of a key.
  public static final int BYTES = 32;

  private final byte[] value;

  private DataKey(byte[] value) {
    Check.that(value.length == BYTES, "data key of %d bytes", value.length);
    this.value = value;
  }

  /// The key with these 32 bytes, copied.
  public static DataKey of(byte[] value) {
    return new DataKey(value.clone());
  }

  /// A fresh key.
  public static DataKey random(SecureRandom random) {
    byte[] value = new byte[BYTES];
    random.nextBytes(value);
    return new DataKey(value);
  }

  /// The key itself, not a copy: for this package, which does not change it.
  byte[] raw() {
    return value;
  }

  @Override
  public String toString() {
    return "DataKey";
  }
}
