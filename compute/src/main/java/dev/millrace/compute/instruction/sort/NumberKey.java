package dev.millrace.compute.instruction.sort;

/// The number at the beginning of a part of the line, as `sort -n` reads it: blanks, a minus sign,
/// digits, a point and more digits, of which any may be missing. No number is 0. Exact, whatever
/// the number of digits.
///
/// One thing is not as in GNU `sort` for processors whose C has signed characters: that passes over
/// bytes 0x80 among the digits, since its mark for "no thousands separator" happens to be one of
/// them. Here, as there on other processors, such a byte ends the number. (In UTF-8 the byte before
/// it has ended the number already.)
///
/// A word has four bits a digit, the digit and 1, with 0 behind the last that is not 0. The first
/// word begins with a 1 and the number of digits before the point (7 bits, or 127 and 24 bits). The
/// words of a negative number are complements.
///
/// ```
/// 0        80 00000000000000
/// 0.05     80 16000000000000
/// 1500     84 26000000000000
/// -1500    7b d9ffffffffffff
/// ```
record NumberKey(LineEnds ends, KeyRange range) implements SortKey {
  private static final int DIGIT_BITS = 4;
  private static final int DIGIT_MASK = 15;
  private static final int WORD_DIGITS = 16;
  private static final int FIRST_WORD_DIGITS = 14;

  /// From so many digits before the point on, their number has its own bits.
  private static final int LARGE = 127;

  private static final int LARGE_FIRST_WORD_DIGITS = 8;
  private static final int LARGE_BITS = 24;
  private static final long POSITIVE = 0x80;

  /// Where the digits are.
  ///
  /// @param first the first digit that is not a leading zero, or the point
  /// @param whole digits before the point
  /// @param count of all, without zeros at the end; 0 for the number 0
  private record Digits(boolean negative, int first, int whole, int count) {
    /// A digit and 1; 0 behind the last one.
    int digit(byte[] bytes, int index) {
      if (index >= count) {
        return 0;
      }
      return bytes[first + index + (index < whole ? 0 : 1)] - '0' + 1;
    }

    int firstWordDigits() {
      return whole < LARGE ? FIRST_WORD_DIGITS : LARGE_FIRST_WORD_DIGITS;
    }

    long word(byte[] bytes, int index) {
      if (index == 0 && count == 0) {
        return POSITIVE << (FIRST_WORD_DIGITS * DIGIT_BITS);
      }
      long word = 0;
      int from = 0;
      int most = firstWordDigits();
      if (index > 0) {
        from = most + (index - 1) * WORD_DIGITS;
        most = WORD_DIGITS;
      } else if (whole < LARGE) {
        word = POSITIVE | whole;
      } else {
        word = (POSITIVE | LARGE) << LARGE_BITS | whole;
      }
      for (int i = from; i < from + most; i++) {
        word = word << DIGIT_BITS | digit(bytes, i);
      }
      return negative ? ~word : word;
    }
  }

  private Digits number(byte[] bytes, int start) {
    int end = ends.next(bytes, start);
    int at = range.from(bytes, start, end);
    int to = range.to(bytes, start, end);
    while (at < to && KeyRange.isBlank(bytes[at])) {
      at++;
    }
    boolean minus = at < to && bytes[at] == '-';
    at += minus ? 1 : 0;
    while (at < to && bytes[at] == '0') {
      at++;
    }
    int first = at;
    at = behindDigits(bytes, at, to);
    int whole = at - first;
    int last = at;
    if (at < to && bytes[at] == '.') {
      last = behindDigits(bytes, at + 1, to);
      while (last > at + 1 && bytes[last - 1] == '0') {
        last--;
      }
      last = last == at + 1 ? at : last;
    }
    if (last > at) {
      return new Digits(minus, first, whole, last - first - 1);
    }
    while (last > first && bytes[last - 1] == '0') {
      last--;
    }
    return new Digits(minus && last > first, first, whole, last - first);
  }

  private static int behindDigits(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at;
  }

  @Override
  public long word(byte[] bytes, int start, int index) {
    return number(bytes, start).word(bytes, index);
  }

  @Override
  public int words(byte[] bytes, int start, long[] target, int count) {
    Digits number = number(bytes, start);
    for (int i = count; i < target.length; i++) {
      target[i] = number.word(bytes, i - count);
      if (isLast(target[i])) {
        return i + 1;
      }
    }
    return target.length;
  }

  /// 0 behind the last digit, or its complement; no digit looks like either.
  @Override
  public boolean isLast(long word) {
    long lowest = word & DIGIT_MASK;
    return lowest == 0 || lowest == DIGIT_MASK;
  }

  @Override
  public int difference(byte[] bytes, int one, int other, int index) {
    Digits a = number(bytes, one);
    Digits b = number(bytes, other);
    if (a.word(bytes, 0) != b.word(bytes, 0)) {
      return 0;
    }
    int most = Math.max(a.count(), b.count());
    int digit = a.firstWordDigits();
    while (digit < most && a.digit(bytes, digit) == b.digit(bytes, digit)) {
      digit++;
    }
    return digit >= most ? -1 : 1 + (digit - a.firstWordDigits()) / WORD_DIGITS;
  }
}
