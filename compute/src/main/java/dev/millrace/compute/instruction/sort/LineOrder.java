package dev.millrace.compute.instruction.sort;

import dev.millrace.base.Check;
import java.util.Arrays;
import java.util.List;

/// The order of lines. Immutable and thread-safe.
///
/// A line is the words of its keys, one behind the other, and of two lines that one is first whose
/// word is smaller where they first differ. A *position* names a word: the key and the index in it.
/// Lines that agree in all words before a position have it both or neither.
///
/// Words are made from the line each time; nothing is kept of it but the few that its user keeps.
final class LineOrder {
  /// The position of each line's first word.
  static final int FIRST = 0;

  /// Behind the last word; larger than all positions.
  static final int END = Integer.MAX_VALUE;

  /// Keys of one order at most.
  static final int MOST_KEYS = 100;

  /// Room for the index of a word in the longest line.
  private static final int INDEX_BITS = 24;

  private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

  /// One key and which way it sorts.
  record Directed(SortKey key, boolean descending) {}

  /// What becomes of lines whose words all agree.
  enum Ties {
    /// They are the same, byte for byte.
    SAME,
    /// They stay as they came.
    INPUT_ORDER,
    /// Only the first that came stays.
    FIRST_ONLY
  }

  private final LineEnds ends;
  private final Ties ties;
  private final SortKey[] keys;

  /// Turn unsigned words to signed numbers, and around where a key is descending.
  private final long[] turns;

  LineOrder(LineEnds ends, List<Directed> keys, Ties ties) {
    Check.that(!keys.isEmpty() && keys.size() <= MOST_KEYS + 1, "%d keys", keys.size());
    this.ends = ends;
    this.ties = ties;
    this.keys = keys.stream().map(Directed::key).toArray(SortKey[]::new);
    this.turns =
        keys.stream()
            .mapToLong(key -> key.descending() ? Long.MAX_VALUE : Long.MIN_VALUE)
            .toArray();
  }

  LineEnds ends() {
    return ends;
  }

  Ties ties() {
    return ties;
  }

  /// Whether of lines whose words agree only the first one stays.
  boolean unique() {
    return ties == Ties.FIRST_ONLY;
  }

  /// The word at `position` of the line at `start`, as a signed number.
  long word(byte[] bytes, int start, int position) {
    int key = position >>> INDEX_BITS;
    return keys[key].word(bytes, start, position & INDEX_MASK) ^ turns[key];
  }

  /// The position behind the one that has this word, or [#END].
  int next(int position, long word) {
    int key = position >>> INDEX_BITS;
    if (!keys[key].isLast(word ^ turns[key])) {
      return position + 1;
    }
    return key + 1 < keys.length ? (key + 1) << INDEX_BITS : END;
  }

  /// The index of a position in its key.
  static int index(int position) {
    return position & INDEX_MASK;
  }

  /// The first position from `position` on at which two lines differ, or [#END]. They agree in all
  /// words before. Takes time in proportion to the lines, where going word by word takes that time
  /// for each.
  int difference(byte[] bytes, int one, int other, int position) {
    int index = position & INDEX_MASK;
    for (int key = position >>> INDEX_BITS; key < keys.length; key++) {
      int found = keys[key].difference(bytes, one, other, index);
      if (found >= 0) {
        return key << INDEX_BITS | found;
      }
      index = 0;
    }
    return END;
  }

  /// The first words of a line, up to `most`. Takes time in proportion to the line for each key.
  LinePrefix prefix(byte[] bytes, int start, int most) {
    long[] words = new long[most];
    int count = 0;
    boolean whole = false;
    for (int key = 0; key < keys.length && count < most; key++) {
      int from = count;
      count = keys[key].words(bytes, start, words, from);
      whole = key == keys.length - 1 && keys[key].isLast(words[count - 1]);
      for (int i = from; i < count; i++) {
        words[i] ^= turns[key];
      }
    }
    return new LinePrefix(Arrays.copyOf(words, count), whole);
  }

  /// Whether the line comes before all that begin with `prefix`, which is not empty.
  boolean isBefore(byte[] bytes, int start, LinePrefix prefix) {
    long first = word(bytes, start, FIRST);
    return first == prefix.word(0)
        ? prefix(bytes, start, prefix.length()).isBefore(prefix)
        : first < prefix.word(0);
  }
}
