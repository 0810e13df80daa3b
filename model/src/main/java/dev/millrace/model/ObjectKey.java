package dev.millrace.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/// The name of an object in its bucket: 1 to 1,024 bytes of UTF-8 without NUL. Flat: `/` has no
/// meaning, `..` and `//` are kept as they are, and `a/b` and `a/b/c` may both exist. Ordered by
/// its UTF-8 bytes, as listings are.
public record ObjectKey(String value) implements Comparable<ObjectKey> {
  public ObjectKey {
    int length = utf8Length(value);
    if (length == 0) {
      throw invalid(value, "a key has at least one byte");
    }
    if (length > Limits.KEY_BYTES) {
      throw invalid(value, length + " bytes are more than the " + Limits.KEY_BYTES + " allowed");
    }
    if (value.indexOf('\0') >= 0) {
      throw invalid(value, "a key has no NUL character");
    }
  }

  /// The bytes by which listings order keys.
  public byte[] utf8() {
    return value.getBytes(UTF_8);
  }

  private static int utf8Length(String value) {
    try {
      return UTF_8.newEncoder().encode(CharBuffer.wrap(value)).remaining();
    } catch (CharacterCodingException e) {
      throw invalid(value, "not valid Unicode");
    }
  }

  private static MillraceException invalid(String value, String why) {
    return new MillraceException(
        ErrorCode.INVALID_KEY, "key '" + Text.printable(value) + "': " + why + ": rename it");
  }

  @Override
  public int compareTo(ObjectKey other) {
    return Arrays.compareUnsigned(utf8(), other.utf8());
  }

  @Override
  public String toString() {
    return value;
  }
}
