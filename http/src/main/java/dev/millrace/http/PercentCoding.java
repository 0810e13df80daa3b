package dev.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;

/// Percent-encoding (RFC 3986 section 2.1), decoded strictly: what is malformed is refused, never
/// guessed.
final class PercentCoding {
  private PercentCoding() {}

  /// @param what names the text in the failure, as in `parameter 'key'`
  /// @throws MillraceException INVALID_ARGUMENT for a `%` without two hexadecimal digits, for bytes
  ///   that are not UTF-8, and for characters that had to be encoded
  static String decode(String what, String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()
            || !HexFormat.isHexDigit(text.charAt(i + 1))
            || !HexFormat.isHexDigit(text.charAt(i + 2))) {
          throw malformed(what, text, "'%' is not followed by two hexadecimal digits");
        }
        out.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else if (c > ' ' && c < 0x7f) {
        out.write(c);
      } else {
        throw malformed(what, text, "has a character that must be percent-encoded");
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(out.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw malformed(what, text, "not UTF-8");
    }
  }

  private static MillraceException malformed(String what, String text, String why) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        what + " '" + Text.printable(text) + "': " + why + ": percent-encode its UTF-8 bytes");
  }
}
