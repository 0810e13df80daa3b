package dev.millrace.base;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes in bytes, as people write and read them (binary prefixes, IEC 80000-13).
public final class ByteUnits {
  public static final long KIB = 1024;
  public static final long MIB = 1024 * KIB;
  public static final long GIB = 1024 * MIB;
  public static final long TIB = 1024 * GIB;

  private static final String[] PREFIXES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,18})\\s*([KMGTP]?)(I?)(B?)", Pattern.CASE_INSENSITIVE);

  private ByteUnits() {}

  /// Reads `64MiB`, `64M`, `64mb` (all binary) or a plain number of bytes.
  ///
  /// @throws MillraceException INVALID_ARGUMENT for anything else, or past 2^63-1
  public static long parse(String text) {
    Matcher matcher = SIZE.matcher(text.strip());
    if (matcher.matches()) {
      long value = Long.parseLong(matcher.group(1));
      int shift = 10 * " KMGTP".indexOf(matcher.group(2).toUpperCase(Locale.ROOT));
      if (matcher.group(2).isEmpty()) {
        shift = 0;
      }
      if (shift == 0 || value <= Long.MAX_VALUE >> shift) {
        return value << shift;
      }
    }
    throw new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "size '" + Text.printable(text) + "': not a size in bytes: write 512KiB, 64MiB or 2GiB");
  }

  /// Three significant digits with a binary prefix, as in `1.27 GiB`.
  public static String format(long bytes) {
    if (bytes < KIB) {
      return bytes + " B";
    }
    double value = bytes;
    int prefix = 0;
    while (value >= 1000 && prefix < PREFIXES.length - 1) {
      value /= KIB;
      prefix++;
    }
    String pattern = value < 10 ? "%.2f %s" : value < 100 ? "%.1f %s" : "%.0f %s";
    return String.format(Locale.ROOT, pattern, value, PREFIXES[prefix]);
  }
}
