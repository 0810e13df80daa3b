package dev.millrace.console.api;

import dev.millrace.model.ByteRange;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The `Range` header (RFC 9110 section 14.2). One range of bytes is understood; anything else is
/// ignored, as the RFC allows, and the whole is sent.
final class RangeHeader {
  private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private RangeHeader() {}

  static Optional<ByteRange> parse(String value) {
    Matcher matcher = ONE.matcher(value.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty()) {
      return last.isEmpty()
          ? Optional.empty()
          : Optional.of(new ByteRange.Suffix(Long.parseLong(last)));
    }
    long from = Long.parseLong(first);
    if (last.isEmpty()) {
      return Optional.of(new ByteRange.From(from));
    }
    long to = Long.parseLong(last);
    return from <= to ? Optional.of(new ByteRange.Between(from, to)) : Optional.empty();
  }
}
