package dev.millrace.cli;

import dev.millrace.base.Text;
import dev.millrace.model.ByteRange;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ranges as they are typed: `0-99`, `100-` (to the end), `-100` (the last 100 bytes).
final class Ranges {
  private static final Pattern RANGE = Pattern.compile("(\\d{0,18})-(\\d{0,18})");

  private Ranges() {}

  static ByteRange parse(String text) {
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches() || text.length() == 1) {
      throw new UsageException(
          "range '" + Text.printable(text) + "' is none: write 0-99, 100- or -100");
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty()) {
      return new ByteRange.Suffix(Long.parseLong(last));
    }
    if (last.isEmpty()) {
      return new ByteRange.From(Long.parseLong(first));
    }
    long from = Long.parseLong(first);
    long to = Long.parseLong(last);
    if (from > to) {
      throw new UsageException(
          "range '" + text + "' ends before it begins: write the smaller number first");
    }
    return new ByteRange.Between(from, to);
  }
}
