package dev.millrace.base;

import java.util.HexFormat;

/// Text for people and for identifiers.
public final class Text {
  private static final HexFormat HEX = HexFormat.of();
  private static final int PRINTABLE_LIMIT = 200;

  private Text() {}

  /// Sixteen lower-case hexadecimal digits.
  public static String hex(long value) {
    return HEX.toHexDigits(value);
  }

  /// Lower-case hexadecimal digits, two a byte.
  public static String hex(byte[] bytes) {
    return HEX.formatHex(bytes);
  }

  /// `text` made safe for one line of a terminal or log: control characters become `\xNN`, and what
  /// is longer than 200 characters is cut with an ellipsis.
  public static String printable(String text) {
    return printable(text, PRINTABLE_LIMIT);
  }

  /// The same, cut at `limit` characters.
  public static String printable(String text, int limit) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), limit));
    for (int i = 0; i < text.length(); i++) {
      if (out.length() >= limit) {
        return out.append('…').toString();
      }
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        out.append("\\x").append(HEX.toHexDigits((byte) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
