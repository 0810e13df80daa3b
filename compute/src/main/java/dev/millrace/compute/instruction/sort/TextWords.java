package dev.millrace.compute.instruction.sort;

/// Words of text: seven bytes, the first one highest, and below them how many of the seven are
/// text.
///
/// ```
/// "abc"        a b c 0 0 0 0 3
/// "abc\0"      a b c 0 0 0 0 4
/// "abcdefg"    a b c d e f g 7
/// "abcdefgh"   a b c d e f g 8    h 0 0 0 0 0 0 1
/// ```
///
/// The number tells a text that ends from one that goes on with NULs; 8 says that more follows.
final class TextWords {
  /// Bytes of text in a word.
  static final int BYTES = 7;

  private static final int MORE = 8;
  private static final long COUNT_MASK = 0xff;

  private static final long LOWS = ~LineEnds.TOPS;
  private static final long FROM_A = LineEnds.ONES * (128 - 'a');
  private static final long BEHIND_Z = LineEnds.ONES * (128 - 'z' - 1);
  private static final int TOP_TO_CASE = 2; // from the top bit of a byte to that of its case

  private TextWords() {}

  static boolean isLast(long word) {
    return (word & COUNT_MASK) != MORE;
  }

  /// The word of text that goes on for eight bytes and more.
  ///
  /// @param eight bytes, the first one lowest
  static long full(long eight) {
    return (Long.reverseBytes(eight) & ~COUNT_MASK) | MORE;
  }

  /// The word of the text's last bytes.
  ///
  /// @param count how many of `eight` are text, 0 to 7
  static long last(long eight, int count) {
    return (Long.reverseBytes(eight) & ~(-1L >>> (Byte.SIZE * count))) | count;
  }

  /// The word at `from` of text that ends before `to`.
  ///
  /// @param fold whether lower case counts as upper case
  static long at(byte[] bytes, int from, int to, boolean fold) {
    long eight = (long) LineEnds.LONGS.get(bytes, from);
    if (fold) {
      eight = upperCase(eight);
    }
    int left = to - from;
    return left > BYTES ? full(eight) : last(eight, left);
  }

  /// Eight bytes at once: `b + (128 - n)` has its top bit set when b >= n, for b < 128.
  private static long upperCase(long eight) {
    long low = eight & LOWS;
    long letters = (low + FROM_A) & ~(low + BEHIND_Z) & ~eight & LineEnds.TOPS;
    return eight - (letters >>> TOP_TO_CASE);
  }
}
