package dev.millrace.testkit;

import java.util.SplittableRandom;

/// Seeds of random tests. Every run has another seed and prints it; `-Dmillrace.seed=N` replays
/// one.
public final class Seeds {
  private static final String SEED = "millrace.seed";
  private static final String ROUNDS = "millrace.rounds";

  private Seeds() {}

  /// The seed of this run of the test named `test`, printed.
  public static long seed(String test) {
    Long given = Long.getLong(SEED);
    long seed = given != null ? given : new SplittableRandom().nextLong();
    System.out.println(test + ": replay with -D" + SEED + "=" + seed);
    return seed;
  }

  /// How many rounds a random test goes: `usual`, or `-Dmillrace.rounds=N` for a campaign.
  public static int rounds(int usual) {
    return Integer.getInteger(ROUNDS, usual);
  }
}
