package dev.millrace.compute.instruction.sort;

import java.util.Arrays;

/// The first words of a line; stands for all lines that begin so. Immutable.
final class LinePrefix implements Comparable<LinePrefix> {
  /// Begins every line.
  static final LinePrefix NONE = new LinePrefix(new long[0], false);

  private final long[] words;
  private final boolean whole;

  /// @param words are not copied
  /// @param whole whether they are all words of the line
  LinePrefix(long[] words, boolean whole) {
    this.words = words;
    this.whole = whole;
  }

  int length() {
    return words.length;
  }

  long word(int index) {
    return words[index];
  }

  boolean isWhole() {
    return whole;
  }

  /// How many words agree before the first that does not.
  int shared(LinePrefix other) {
    int mismatch = Arrays.mismatch(words, other.words);
    return mismatch < 0 ? words.length : mismatch;
  }

  /// The beginning of this one.
  LinePrefix first(int count) {
    return count >= words.length ? this : new LinePrefix(Arrays.copyOf(words, count), false);
  }

  /// Whether all lines that begin with this come before all that begin with `other`. When neither
  /// this nor its opposite holds, one begins with the other.
  boolean isBefore(LinePrefix other) {
    int shared = shared(other);
    return shared < Math.min(words.length, other.words.length)
        && words[shared] < other.words[shared];
  }

  /// Whether the lines of both are known to have the same words.
  boolean isSameLine(LinePrefix other) {
    return whole && other.whole && Arrays.equals(words, other.words);
  }

  /// The order of the first lines that begin so.
  @Override
  public int compareTo(LinePrefix other) {
    return Arrays.compare(words, other.words);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LinePrefix prefix && Arrays.equals(words, prefix.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return Arrays.toString(words);
  }
}
