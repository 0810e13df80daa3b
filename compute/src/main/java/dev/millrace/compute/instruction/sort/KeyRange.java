package dev.millrace.compute.instruction.sort;

/// Which part of a line a key is: what stands behind `-k`. Fields are divided by a byte, or by the
/// empty place between a byte that is not a blank and a blank; then the blanks before a field are
/// part of it. (POSIX, `sort`.)
///
/// @param separator of fields; negative for blanks
/// @param firstField from 0
/// @param firstByte of that field, from 0
/// @param lastField from 0; [#LINE_END] for all to the end of the line
/// @param lastBytes how many bytes of the last field; 0 for all of it
/// @param skipFirstBlanks whether `firstByte` is counted from behind the field's leading blanks
/// @param skipLastBlanks whether `lastBytes` are
record KeyRange(
    int separator,
    int firstField,
    int firstByte,
    int lastField,
    int lastBytes,
    boolean skipFirstBlanks,
    boolean skipLastBlanks) {
  /// No last field.
  static final int LINE_END = Integer.MAX_VALUE;

  /// Fields are divided by blanks.
  static final int BLANKS = -1;

  /// Of a line that ends with a NUL a line feed is a blank, too.
  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\n';
  }

  /// Where the key begins in the line from `start` to `end`.
  int from(byte[] bytes, int start, int end) {
    int at = start;
    for (int field = 0; field < firstField && at < end; field++) {
      at = fieldEnd(bytes, at, end);
      if (separator >= 0 && at < end) {
        at++;
      }
    }
    if (skipFirstBlanks) {
      at = behindBlanks(bytes, at, end);
    }
    return at + Math.min(firstByte, end - at);
  }

  /// Where the key ends, which may be before it begins: then it is empty.
  int to(byte[] bytes, int start, int end) {
    if (lastField == LINE_END) {
      return end;
    }
    int at = start;
    for (int field = 0; field < lastField && at < end; field++) {
      at = fieldEnd(bytes, at, end);
      if (separator >= 0 && at < end) {
        at++;
      }
    }
    if (lastBytes == 0) {
      return fieldEnd(bytes, at, end);
    }
    if (skipLastBlanks) {
      at = behindBlanks(bytes, at, end);
    }
    return at + Math.min(lastBytes, end - at);
  }

  private int fieldEnd(byte[] bytes, int from, int end) {
    int at = from;
    if (separator >= 0) {
      while (at < end && bytes[at] != (byte) separator) {
        at++;
      }
      return at;
    }
    at = behindBlanks(bytes, from, end);
    while (at < end && !isBlank(bytes[at])) {
      at++;
    }
    return at;
  }

  private static int behindBlanks(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && isBlank(bytes[at])) {
      at++;
    }
    return at;
  }
}
