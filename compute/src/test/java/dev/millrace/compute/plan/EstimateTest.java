package dev.millrace.compute.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compute.plan.Estimate.Pace;
import dev.millrace.model.Remaining;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How long the rest of a job takes.
final class EstimateTest {
  private static final long SECOND = 1_000_000_000L;

  /// Pieces of the same size.
  private static List<Pace> speeds(int... bytesPerSecond) {
    List<Pace> paces = new ArrayList<>();
    for (int speed : bytesPerSecond) {
      paces.add(new Pace(1_000_000, 1_000_000 * SECOND / Math.max(1, speed)));
    }
    return paces;
  }

  @Test
  void itNeedsGrounds() {
    assertThat(Estimate.remaining(1000, speeds(10, 20), 5, 2)).isEmpty();
    assertThat(Estimate.remaining(1000, speeds(10, 20, 1000), 5, 2))
        .contains(new Remaining(25_000, 500, 50_000));
    assertThat(Estimate.remaining(1000, speeds(100), 1, 1))
        .contains(new Remaining(10_000, 10_000, 10_000));
    assertThat(Estimate.remaining(1000, speeds(100, 100, 100), 5, 0)).isEmpty();
    Pace none = new Pace(0, SECOND);
    assertThat(Estimate.remaining(1000, List.of(none, none, none), 5, 2)).isEmpty();
    assertThat(Estimate.remaining(0, List.of(), 5, 2)).contains(new Remaining(0, 0, 0));
  }

  @Test
  void itsRangeIsThatOfTheMiddleHalf() {
    assertThat(Estimate.remaining(1200, speeds(1, 10, 20, 30, 40, 50, 60, 1000), 8, 1))
        .contains(new Remaining(40_000, 24_000, 120_000));
  }

  @Test
  void aPieceCountsByItsBytes() {
    List<Pace> paces =
        List.of(new Pace(1, SECOND), new Pace(4, SECOND), new Pace(64, SECOND), new Pace(1, 1));
    assertThat(Estimate.remaining(640, paces, 20, 1))
        .contains(new Remaining(10_000, 10_000, 10_000));
  }
}
