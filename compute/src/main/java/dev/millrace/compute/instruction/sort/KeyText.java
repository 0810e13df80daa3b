package dev.millrace.compute.instruction.sort;

import java.util.Optional;

/// Reads a key as it is typed: `POS1[,POS2]`, where a position is `FIELD[.BYTE][LETTERS]`.
final class KeyText {
  /// Larger numbers mean the same: no line is that long.
  private static final int MOST = 1_000_000_000;

  /// What was read.
  ///
  /// @param firstField from 0
  /// @param firstByte from 0
  /// @param lastField from 0; [KeyRange#LINE_END] for none
  /// @param lastBytes of the last field, 0 for all
  record Typed(int firstField, int firstByte, int lastField, int lastBytes, KeyOptions options) {
    KeyRange range(int separator, KeyOptions effective) {
      return new KeyRange(
          separator,
          firstField,
          firstByte,
          lastField,
          lastBytes,
          effective.firstBlanks(),
          effective.lastBlanks());
    }
  }

  private final String text;
  private int at;
  private KeyOptions options = KeyOptions.NONE;
  private String wrong = "";

  private KeyText(String text) {
    this.text = text;
  }

  /// What is wrong with a key, or what it says.
  sealed interface Read {
    record Good(Typed key) implements Read {}

    record Bad(String why) implements Read {}
  }

  static Read read(String text) {
    KeyText reading = new KeyText(text);
    Optional<Typed> key = reading.key();
    return key.isPresent() ? new Read.Good(key.get()) : new Read.Bad(reading.wrong);
  }

  private Optional<Typed> key() {
    int firstField = number("field", 1);
    int firstByte = take('.') ? number("byte", 1) : 1;
    letters(false);
    int lastField = 0;
    int lastBytes = 0;
    if (take(',')) {
      lastField = number("field", 1);
      lastBytes = take('.') ? number("byte", 0) : 0;
      letters(true);
    }
    if (at < text.length()) {
      fail("'" + text.charAt(at) + "' is none of the letters b, f, n, r");
    }
    if (!wrong.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Typed(
            firstField - 1,
            firstByte - 1,
            lastField == 0 ? KeyRange.LINE_END : lastField - 1,
            lastBytes,
            options));
  }

  private int number(String what, int least) {
    int begin = at;
    long number = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      number = Math.min(MOST, 10 * number + text.charAt(at) - '0');
      at++;
    }
    if (at == begin) {
      fail("the number of a " + what + " is missing");
    } else if (number < least) {
      fail("a " + what + " has the number 0: they begin with 1");
    }
    return (int) number;
  }

  private void letters(boolean behindComma) {
    for (; at < text.length(); at++) {
      char letter = text.charAt(at);
      if (letter == 'b') {
        options = behindComma ? options.withLastBlanks() : options.withFirstBlanks();
      } else if (KeyOptions.LETTERS.indexOf(letter) >= 0) {
        options = options.with(letter);
      } else {
        return;
      }
    }
  }

  private boolean take(char wanted) {
    boolean there = at < text.length() && text.charAt(at) == wanted;
    at += there ? 1 : 0;
    return there;
  }

  private void fail(String why) {
    if (wrong.isEmpty()) {
      wrong = why;
    }
  }
}
