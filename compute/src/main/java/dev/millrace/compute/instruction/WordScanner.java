package dev.millrace.compute.instruction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Counts line feeds and words of a run of bytes, as `wc` with LC_ALL=C does. Not thread-safe.
///
/// A word begins at a visible byte (33 to 126) that no word is before; it ends at white space (9 to
/// 13, 32). All other bytes, control characters and those above 126, neither begin nor end a word:
/// they leave things as they were. So `a`, 0x80, `b` is one word and 0x80 alone is none.
///
/// What lies before the run may not be known, since a piece can begin inside a word. The run is
/// counted as if white space was before it, and [#edges] says what is needed to put runs together.
final class WordScanner {
  /// The first byte that is visible or white space is visible: it goes on a word that was open.
  static final int BEGINS_VISIBLE = 1;

  /// A word is open at the end.
  static final int ENDS_IN_WORD = 2;

  /// There is a visible or white-space byte at all; without one the run changes nothing.
  static final int DECIDES = 4;

  // The algorithm takes eight bytes at a time as one long, without a branch. Each class of bytes is
  // a mask with the top bit of each byte set that belongs to it. `b + (128 - n)` has its top bit
  // set
  // when b >= n, for b < 128 and without a carry into the next byte.
  //
  // Whether a word is open before each byte is a carry that runs through the bytes: a visible byte
  // generates it, white space stops it, any other passes it on. So an adder computes all eight at
  // once: in `a` the low seven bits of each byte are ones, and lead a carry through to the top bit.
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long TOPS = 0x8080808080808080L;
  private static final long LOWS = 0x7f7f7f7f7f7f7f7fL;
  private static final long LINE_FEEDS = ONES * '\n';
  private static final long FROM_9 = ONES * (128 - 9);
  private static final long FROM_14 = ONES * (128 - 14);
  private static final long FROM_32 = ONES * (128 - 32);
  private static final long FROM_33 = ONES * (128 - 33);
  private static final long FROM_127 = ONES;

  private long lines;
  private long words;
  private long open; // 1 when a word is open, else 0
  private int begin; // BEGINS_VISIBLE and DECIDES, as far as known

  long lines() {
    return lines;
  }

  /// Words that begin in the run, the first counted even when it only goes on.
  long words() {
    return words;
  }

  int edges() {
    return begin | (open != 0 ? ENDS_IN_WORD : 0);
  }

  void reset() {
    lines = 0;
    words = 0;
    open = 0;
    begin = 0;
  }

  /// Counts line feeds and words.
  void scan(byte[] bytes, int length) {
    if (begin == 0) {
      lookAtBegin(bytes, length);
    }
    long lineCount = 0;
    long wordCount = 0;
    long carry = open;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, i);
      long ascii = ~eight & TOPS;
      long low = eight & LOWS;
      long from33 = low + FROM_33;
      long space = (((low + FROM_9) & ~(low + FROM_14)) | ((low + FROM_32) & ~from33)) & ascii;
      long visible = from33 & ~(low + FROM_127) & ascii;
      long passes = TOPS & ~space;
      long a = passes | LOWS;
      long before = (a + visible + carry) ^ a ^ visible;
      wordCount += Long.bitCount(visible & ~before);
      carry = (visible | (passes & before)) >>> 63;
      lineCount += Long.bitCount(~(((eight ^ LINE_FEEDS) & LOWS) + LOWS) & ascii);
    }
    for (; i < length; i++) {
      int b = bytes[i];
      if (b > ' ' && b < 127) {
        wordCount += 1 - carry;
        carry = 1;
      } else if (b == ' ' || (b >= '\t' && b <= '\r')) {
        carry = 0;
        lineCount += b == '\n' ? 1 : 0;
      }
    }
    lines += lineCount;
    words += wordCount;
    open = carry;
  }

  /// Counts line feeds only.
  void scanLines(byte[] bytes, int length) {
    long count = 0;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, i);
      count += Long.bitCount(~(((eight ^ LINE_FEEDS) & LOWS) + LOWS) & ~eight & TOPS);
    }
    for (; i < length; i++) {
      count += bytes[i] == '\n' ? 1 : 0;
    }
    lines += count;
  }

  private void lookAtBegin(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      int b = bytes[i];
      if (b > ' ' && b < 127) {
        begin = DECIDES | BEGINS_VISIBLE;
        return;
      }
      if (b == ' ' || (b >= '\t' && b <= '\r')) {
        begin = DECIDES;
        return;
      }
    }
  }
}
