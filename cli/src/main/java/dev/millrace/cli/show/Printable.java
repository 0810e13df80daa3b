package dev.millrace.cli.show;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/// Values as people read them, always on one line.
public final class Printable {
  private static final HexFormat HEX = HexFormat.of();
  private static final long MILLIS_PER_SECOND = 1000;

  private Printable() {}

  /// `text` whole, on one line: control characters, and those that turn the direction of writing,
  /// are shown by their hexadecimal numbers, so that no name can move the cursor or break a line.
  public static String of(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean control = Character.isISOControl(c);
      if (!control && !turnsWriting(c)) {
        if (out != null) {
          out.append(c);
        }
        continue;
      }
      if (out == null) {
        out = new StringBuilder(text.length() + 8).append(text, 0, i);
      }
      if (control) {
        out.append("\\x").append(HEX.toHexDigits((byte) c));
      } else {
        out.append("\\u").append(HEX.toHexDigits(c));
      }
    }
    return out == null ? text : out.toString();
  }

  private static boolean turnsWriting(char c) {
    return (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069')
        || c == '\u2028'
        || c == '\u2029';
  }

  /// Local time to the second, ISO 8601 with a space.
  public static String time(long millis, ZoneId zone) {
    return Times.FORMAT.format(Instant.ofEpochMilli(millis).atZone(zone));
  }

  // Made when the first time is shown: most commands show none.
  private static final class Times {
    static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  }

  /// `1.2 s`, `3 min 20 s`, `2 h 5 min`.
  public static String duration(long millis) {
    long seconds = millis / MILLIS_PER_SECOND;
    if (seconds < 60) {
      return seconds + "." + (millis % MILLIS_PER_SECOND) / 100 + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }

  /// `1 file`, `2 files`.
  public static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
