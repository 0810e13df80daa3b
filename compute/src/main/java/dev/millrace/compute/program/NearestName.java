package dev.millrace.compute.program;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Guesses which name was meant, by edit distance (Damerau's, adjacent letters swapped counting
/// once).
final class NearestName {
  private static final int LONGEST = 64;

  private NearestName() {}

  /// The nearest of `names`, if it is near: at most a third of its letters are wrong, or one begins
  /// with the other.
  static Optional<String> of(String typed, Collection<String> names) {
    if (typed.length() > LONGEST) {
      return Optional.empty();
    }
    String wanted = typed.toLowerCase(Locale.ROOT);
    String best = "";
    int bestDistance = Integer.MAX_VALUE;
    for (String name : names) {
      boolean begins = wanted.length() >= 2 && (name.startsWith(wanted) || wanted.startsWith(name));
      int distance = begins ? 1 : distance(wanted, name);
      if (distance < bestDistance && distance <= Math.max(1, (name.length() + 1) / 3)) {
        best = name;
        bestDistance = distance;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
