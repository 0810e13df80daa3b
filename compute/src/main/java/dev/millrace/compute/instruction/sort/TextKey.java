package dev.millrace.compute.instruction.sort;

/// A part of the line as text.
///
/// @param fold whether lower case counts as upper case
record TextKey(LineEnds ends, KeyRange range, boolean fold) implements SortKey {
  @Override
  public long word(byte[] bytes, int start, int index) {
    int end = ends.next(bytes, start);
    int from = range.from(bytes, start, end);
    int to = Math.max(from, range.to(bytes, start, end));
    return TextWords.at(bytes, from + index * TextWords.BYTES, to, fold);
  }

  @Override
  public boolean isLast(long word) {
    return TextWords.isLast(word);
  }

  @Override
  public int words(byte[] bytes, int start, long[] target, int count) {
    int end = ends.next(bytes, start);
    int from = range.from(bytes, start, end);
    int to = Math.max(from, range.to(bytes, start, end));
    for (int i = count; i < target.length; i++) {
      target[i] = TextWords.at(bytes, from, to, fold);
      if (TextWords.isLast(target[i])) {
        return i + 1;
      }
      from += TextWords.BYTES;
    }
    return target.length;
  }

  @Override
  public int difference(byte[] bytes, int one, int other, int index) {
    int oneEnd = ends.next(bytes, one);
    int oneFrom = range.from(bytes, one, oneEnd);
    int oneTo = Math.max(oneFrom, range.to(bytes, one, oneEnd));
    int otherEnd = ends.next(bytes, other);
    int otherFrom = range.from(bytes, other, otherEnd);
    int otherTo = Math.max(otherFrom, range.to(bytes, other, otherEnd));
    for (int i = index, offset = index * TextWords.BYTES; ; i++, offset += TextWords.BYTES) {
      long word = TextWords.at(bytes, oneFrom + offset, oneTo, fold);
      if (word != TextWords.at(bytes, otherFrom + offset, otherTo, fold)) {
        return i;
      }
      if (TextWords.isLast(word)) {
        return -1;
      }
    }
  }
}
