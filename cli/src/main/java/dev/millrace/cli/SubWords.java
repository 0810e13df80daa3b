package dev.millrace.cli;

import dev.millrace.base.Text;
import java.util.List;

/// Commands that have commands.
final class SubWords {
  private SubWords() {}

  /// `word`, which must be one of `allowed`.
  static String oneOf(String word, String... allowed) {
    List<String> words = List.of(allowed);
    if (!words.contains(word)) {
      throw new UsageException(
          "'"
              + Text.printable(word)
              + "' is none of its commands ("
              + String.join(", ", words)
              + ")"
              + Nearest.suggestion(word, words));
    }
    return word;
  }
}
