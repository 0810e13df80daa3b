package dev.millrace.model;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.util.HexFormat;

/// A SHA-256 digest (FIPS 180-4), written as 64 lower-case hexadecimal digits.
public record Sha256(Bytes value) {
  /// Bytes of a digest.
  public static final int BYTES = 32;

  public Sha256 {
    Check.that(value.length() == BYTES, "a digest of %d bytes", value.length());
  }

  /// Reads the 64 hexadecimal digits of [#toString].
  ///
  /// @throws MillraceException INVALID_ARGUMENT for anything else
  public static Sha256 parse(String text) {
    try {
      if (text.length() == 2 * BYTES) {
        return new Sha256(Bytes.copyOf(HexFormat.of().parseHex(text)));
      }
    } catch (IllegalArgumentException e) {
      throw malformed(text, e);
    }
    throw malformed(text, null);
  }

  private static MillraceException malformed(
      String text, @org.jspecify.annotations.Nullable Throwable cause) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "digest '" + Text.printable(text) + "': not a digest: give its 64 hexadecimal digits",
        cause);
  }

  @Override
  public String toString() {
    return Text.hex(value.toArray());
  }
}
