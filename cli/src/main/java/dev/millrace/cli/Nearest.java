package dev.millrace.cli;

import java.util.Collection;
import java.util.Optional;

/// Finds the word that a mistyped one was meant to be.
final class Nearest {
  private static final int LONGEST_WORD = 64;

  private Nearest() {}

  /// The word at the smallest distance, when that is at most a third of the length (at least 1, or
  /// 2 from four letters on), or a word that `typed` begins.
  static Optional<String> of(String typed, Collection<String> words) {
    if (typed.isEmpty() || typed.length() > LONGEST_WORD) {
      return Optional.empty();
    }
    int allowed = typed.length() < 4 ? 1 : Math.max(2, typed.length() / 3);
    Optional<String> best = Optional.empty();
    int bestDistance = allowed + 1;
    for (String word : words) {
      int distance = distance(typed, word);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = Optional.of(word);
      }
    }
    return best.isPresent()
        ? best
        : words.stream().filter(word -> word.startsWith(typed)).findFirst();
  }

  /// `: did you mean 'X'?`, or nothing.
  static String suggestion(String typed, Collection<String> words) {
    return of(typed, words).map(word -> ": did you mean '" + word + "'?").orElse("");
  }

  // Optimal string alignment: insert, delete, replace, swap neighbours.
  private static int distance(String left, String right) {
    int[][] cost = new int[left.length() + 1][right.length() + 1];
    for (int i = 0; i <= left.length(); i++) {
      for (int j = 0; j <= right.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        boolean same = left.charAt(i - 1) == right.charAt(j - 1);
        int best = cost[i - 1][j - 1] + (same ? 0 : 1);
        best = Math.min(best, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && left.charAt(i - 1) == right.charAt(j - 2)
            && left.charAt(i - 2) == right.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[left.length()][right.length()];
  }
}
