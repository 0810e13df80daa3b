package dev.millrace.compute.instruction;

import java.math.BigInteger;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes as GNU `split` reads them: `7`, `4K`, `2MB`, `b` for 512. `K` and `KiB` count by 1024,
/// `KB` by 1000; a letter without a number is one of it.
final class SplitSize {
  private static final Pattern SIZE =
      Pattern.compile("\\+?(\\d{0,19})(?:(b)|([kKmMGTPEZY])(iB|B|D)?)?");
  private static final String POWERS = "_KMGTPEZY";
  private static final long BLOCK = 512;

  private SplitSize() {}

  /// The size, 1 or more; absent when it is none, or past 2^63-1.
  static OptionalLong parse(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches() || text.isEmpty() || text.equals("+")) {
      return OptionalLong.empty();
    }
    String digits = matcher.group(1);
    BigInteger size = digits.isEmpty() ? BigInteger.ONE : new BigInteger(digits);
    if (matcher.group(2) != null) {
      size = size.multiply(BigInteger.valueOf(BLOCK));
    } else if (matcher.group(3) != null) {
      boolean decimal = matcher.group(4) != null && !matcher.group(4).equals("iB");
      int power = POWERS.indexOf(matcher.group(3).toUpperCase(java.util.Locale.ROOT));
      size = size.multiply(BigInteger.valueOf(decimal ? 1000 : 1024).pow(power));
    }
    return size.signum() > 0 && size.bitLength() < Long.SIZE
        ? OptionalLong.of(size.longValueExact())
        : OptionalLong.empty();
  }
}
