package dev.millrace.compute.instruction.sort;

/// The whole line as text. Does not look for the line's end but meets it.
record LineKey(LineEnds ends) implements SortKey {
  @Override
  public long word(byte[] bytes, int start, int index) {
    long eight = (long) LineEnds.LONGS.get(bytes, start + index * TextWords.BYTES);
    long marks = ends.marks(eight);
    return marks == 0
        ? TextWords.full(eight)
        : TextWords.last(eight, Long.numberOfTrailingZeros(marks) >>> 3);
  }

  @Override
  public boolean isLast(long word) {
    return TextWords.isLast(word);
  }

  @Override
  public int words(byte[] bytes, int start, long[] target, int count) {
    for (int i = count; i < target.length; i++) {
      target[i] = word(bytes, start, i - count);
      if (TextWords.isLast(target[i])) {
        return i + 1;
      }
    }
    return target.length;
  }

  @Override
  public int difference(byte[] bytes, int one, int other, int index) {
    for (int i = index; ; i++) {
      long word = word(bytes, one, i);
      if (word != word(bytes, other, i)) {
        return i;
      }
      if (TextWords.isLast(word)) {
        return -1;
      }
    }
  }
}
