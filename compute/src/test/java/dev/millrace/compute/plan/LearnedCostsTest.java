package dev.millrace.compute.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ByteUnits;
import dev.millrace.testkit.Seeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What a program's pieces cost, and how large its next ones are.
final class LearnedCostsTest {
  private static final long MIB = ByteUnits.MIB;
  private static final long MILLI = 1_000_000L;

  private final LearnedCosts costs = new LearnedCosts();

  @Test
  void aProgramThatWasNotSeenIsProbed() {
    assertThat(costs.sizes("new"))
        .isEqualTo(new PieceSizes(1, MIB, PieceCutter.MOST_BYTES, MIB, true));
    costs.learn("new", 10, 4000 * MILLI);
    assertThat(costs.sizes("new").probe()).as("ten bytes say nothing").isTrue();
  }

  @Test
  void aPieceTakesAboutTwoSecondsAndTheFirstAFiftieth() {
    costs.learn("slow", 8 * MIB, 4000 * MILLI);
    assertThat(costs.sizes("slow")).isEqualTo(new PieceSizes(MIB, MIB, 4 * MIB, MIB, false));
    costs.learn("fast", 128 * MIB, MILLI);
    long most = PieceCutter.MOST_BYTES;
    assertThat(costs.sizes("fast")).isEqualTo(new PieceSizes(most, MIB, most, most, false));
  }

  @Test
  void startsAreToldFromBytesWhereSizesDiffer() {
    // 60 ms to start, 5 ms a MiB: at ten starts a piece, 120 MiB do.
    costs.learn("heavy", MIB, 65 * MILLI);
    costs.learn("heavy", 4 * MIB, 80 * MILLI);
    PieceSizes heavy = costs.sizes("heavy");
    assertThat(heavy.leastBytes()).isBetween(120 * MIB - 10, 120 * MIB + 10);
    assertThat(heavy.firstBytes()).isBetween(4 * MIB - 10, 4 * MIB + 10);
    // 10 ms to start, 20 ms a MiB.
    costs.learn("light", MIB, 30 * MILLI);
    costs.learn("light", 4 * MIB, 90 * MILLI);
    assertThat(costs.sizes("light").leastBytes()).isBetween(5 * MIB - 10, 5 * MIB + 10);
  }

  @Test
  void aLargePieceIsExpectedToTakeWhatOthersTook() {
    assertThat(costs.pace("new")).isEmpty();
    costs.learn("seen", 8 * MIB, 1000 * MILLI);
    assertThat(costs.pace("seen"))
        .contains(new Estimate.Pace(PieceCutter.MOST_BYTES, 32_000 * MILLI));
  }

  @Test
  void aStartIsFoundInNoise() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("LearnedCostsTest"));
    for (int i = 0; i < 200; i++) {
      long size = MIB * (1 + random.nextInt(60));
      double time = (40 + 10.0 * size / MIB) * (0.9 + 0.2 * random.nextDouble());
      costs.learn("noisy", size, (long) (time * MILLI));
    }
    // 400 ms of bytes are 40 MiB.
    assertThat(costs.sizes("noisy").leastBytes()).isGreaterThan(10 * MIB);
    // Two seconds of bytes are 200 MiB.
    assertThat(costs.sizes("noisy").mostBytes()).isBetween(150 * MIB, PieceCutter.MOST_BYTES);
  }

  @Test
  void timesThatShrinkWithTheSizeDoNotMakeBytesFree() {
    costs.learn("odd", MIB, 500 * MILLI);
    costs.learn("odd", 4 * MIB, 100 * MILLI);
    PieceSizes sizes = costs.sizes("odd");
    assertThat(sizes.mostBytes()).isEqualTo(PieceCutter.MOST_BYTES);
    assertThat(sizes.firstBytes()).isBetween(MIB, 20 * MIB);
  }

  @Test
  void whatWasLearnedFadesWhenTheProgramChangesItsPace() {
    costs.learn("changing", MIB, 2000 * MILLI);
    for (int i = 0; i < 100; i++) {
      costs.learn("changing", MIB, 100 * MILLI);
    }
    assertThat(costs.sizes("changing").mostBytes()).isBetween(19 * MIB, 21 * MIB);
  }
}
