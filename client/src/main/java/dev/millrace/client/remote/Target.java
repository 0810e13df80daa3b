package dev.millrace.client.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/// A request target: path and query, percent-encoded (RFC 3986) down to letters, digits and `-._~`,
/// so that nothing on the way can read it otherwise.
final class Target {
  private static final String HEX = "0123456789ABCDEF";

  private final StringBuilder text;
  private boolean hasQuery;

  private Target(String root) {
    this.text = new StringBuilder(root);
  }

  static Target of(String root) {
    return new Target(root);
  }

  Target segment(String segment) {
    text.append('/');
    encode(segment);
    return this;
  }

  Target with(String name, String value) {
    text.append(hasQuery ? '&' : '?').append(name).append('=');
    hasQuery = true;
    encode(value);
    return this;
  }

  Target withOptional(String name, Optional<?> value) {
    return value.isPresent() ? with(name, value.get().toString()) : this;
  }

  private void encode(String value) {
    ByteBuffer bytes;
    try {
      bytes = UTF_8.newEncoder().encode(CharBuffer.wrap(value));
    } catch (CharacterCodingException e) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "'" + Text.printable(value) + "': not valid Unicode: write it so",
          e);
    }
    while (bytes.hasRemaining()) {
      int b = bytes.get() & 0xff;
      if (isUnreserved(b)) {
        text.append((char) b);
      } else {
        text.append('%').append(HEX.charAt(b >> 4)).append(HEX.charAt(b & 0xf));
      }
    }
  }

  private static boolean isUnreserved(int b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '-'
        || b == '.'
        || b == '_'
        || b == '~';
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
