package dev.millrace.base;

/// A 128-bit identifier, written as 32 lower-case hexadecimal digits. Ordered as unsigned numbers,
/// so identifiers made by [IdSource#timeOrdered] sort by the time of their making.
public record Id128(long high, long low) implements Comparable<Id128> {
  /// Length of the printed form.
  public static final int TEXT_LENGTH = 32;

  /// The identifier printed as `text`.
  ///
  /// @throws MillraceException INVALID_ARGUMENT when `text` is not 32 hexadecimal digits
  public static Id128 parse(String text) {
    try {
      if (text.length() == TEXT_LENGTH && text.charAt(0) != '+' && text.charAt(16) != '+') {
        return new Id128(
            Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16));
      }
    } catch (NumberFormatException e) {
      throw malformed(text, e);
    }
    throw malformed(text, null);
  }

  private static MillraceException malformed(
      String text, @org.jspecify.annotations.Nullable Throwable cause) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "id '" + Text.printable(text) + "': not an id: give its 32 hexadecimal digits",
        cause);
  }

  @Override
  public int compareTo(Id128 other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return Text.hex(high) + Text.hex(low);
  }
}
