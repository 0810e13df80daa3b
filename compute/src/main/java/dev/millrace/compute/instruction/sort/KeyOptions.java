package dev.millrace.compute.instruction.sort;

/// The letters that say how a key is compared: `b`, `f`, `n`, `r`.
///
/// @param firstBlanks whether the key begins behind leading blanks
/// @param lastBlanks whether its end is counted from behind leading blanks
record KeyOptions(
    boolean firstBlanks, boolean lastBlanks, boolean fold, boolean numeric, boolean descending) {
  static final KeyOptions NONE = new KeyOptions(false, false, false, false, false);

  /// The letters besides `b`.
  static final String LETTERS = "fnr";

  KeyOptions withFirstBlanks() {
    return new KeyOptions(true, lastBlanks, fold, numeric, descending);
  }

  KeyOptions withLastBlanks() {
    return new KeyOptions(firstBlanks, true, fold, numeric, descending);
  }

  /// With one of [#LETTERS].
  KeyOptions with(char letter) {
    return new KeyOptions(
        firstBlanks,
        lastBlanks,
        fold || letter == 'f',
        numeric || letter == 'n',
        descending || letter == 'r');
  }

  /// Whether there is none: then a key takes the options that are given for all.
  boolean none() {
    return equals(NONE);
  }

  /// Whether lines are compared as they are, if perhaps the other way around.
  boolean plain() {
    return !firstBlanks && !lastBlanks && !fold && !numeric;
  }
}
