package dev.millrace.compute.instruction.sort;

/// What is compared of a line, as a sequence of 64-bit words, each an unsigned number: of two lines
/// that one is first whose word is smaller at the first index where their words differ. Lines all
/// of whose words agree have the same key. Immutable.
///
/// The last word of a key says that it is the last, so words of several keys can be compared one
/// behind the other.
sealed interface SortKey permits LineKey, TextKey, NumberKey {
  /// One word of the key of the line at `start`. Takes time in proportion to the line.
  ///
  /// @param index 0, or the one behind a word that is not the last
  long word(byte[] bytes, int start, int index);

  /// Whether `word` is the last one of a key.
  boolean isLast(long word);

  /// The key's first words, put into `target` from `count` on, until the last one or the end of
  /// `target`. Takes time in proportion to the line.
  ///
  /// @return how many words are in `target` then
  int words(byte[] bytes, int start, long[] target, int count);

  /// The first index, from `index` on, at which two lines' words differ; -1 when they have the same
  /// key. All words before `index` agree. Takes time in proportion to the lines, however many words
  /// agree.
  int difference(byte[] bytes, int one, int other, int index);
}
