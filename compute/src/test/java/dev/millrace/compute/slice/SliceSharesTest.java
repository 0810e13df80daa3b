package dev.millrace.compute.slice;

import static dev.millrace.compute.slice.SliceSimulation.MILLI;
import static dev.millrace.compute.slice.SliceSimulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compute.slice.SliceSimulation.Need;
import dev.millrace.compute.slice.SliceSimulation.Work;
import dev.millrace.model.Priority;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What comes of the rules over time, in simulated workers.
final class SliceSharesTest {
  private static final long ENDLESS_NANOS = 1_000_000 * SECOND;
  private static final List<Priority> PRIORITIES = List.of(Priority.values());
  private static final long[] LEVEL_SECONDS = {0, 1, 10, 60, 300};

  /// Keeps as many jobs of a level here as there are slots, each of which ends before it comes to
  /// the next level.
  private static void keepFull(SliceSimulation worker, int level, int slots) {
    long first = level * 1_000_000L;
    boolean last = level == Levels.COUNT - 1;
    int jobs = level == 0 ? 0 : last ? slots : 200;
    for (int i = 0; i < jobs; i++) {
      worker.used(first + i, Priority.NORMAL, LEVEL_SECONDS[level] * SECOND);
    }
    long cpuNanos =
        last ? ENDLESS_NANOS : (LEVEL_SECONDS[level + 1] - LEVEL_SECONDS[level]) * SECOND * 9 / 10;
    long[] next = {first};
    Runnable[] begin = new Runnable[1];
    begin[0] =
        () -> {
          Work work =
              worker.arrive(next[0]++, Priority.NORMAL, Need.of(cpuNanos, 5 * MILLI), level);
          work.whenEnded = begin[0];
        };
    for (int i = 0; i < slots; i++) {
      begin[0].run();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void eachLevelGetsHalfOfTheOneBefore(int slots) {
    SliceSimulation worker = new SliceSimulation(slots);
    for (int level = 0; level < Levels.COUNT; level++) {
      keepFull(worker, level, slots);
    }
    long nanos = 200 * SECOND;
    worker.runFor(nanos);
    for (int level = 0; level < Levels.COUNT; level++) {
      double target = 16.0 / (1 << level) / 31 * nanos * slots;
      assertThat((double) worker.levelNanos(level))
          .as("level %d", level)
          .isCloseTo(target, Percentage.withPercentage(10));
    }
  }

  @Test
  void urgentJobsOfALevelGetFourTimesAsMuch() {
    SliceSimulation worker = new SliceSimulation(2);
    long low = 0;
    long normal = 1;
    long high = 2;
    keepTwo(worker, low, Priority.LOW);
    keepTwo(worker, normal, Priority.NORMAL);
    keepTwo(worker, high, Priority.HIGH);
    worker.runFor(2000 * SECOND);
    double least = (double) worker.heldNanos(low);
    assertThat(worker.heldNanos(normal) / least).isCloseTo(4, Percentage.withPercentage(10));
    assertThat(worker.heldNanos(high) / least).isCloseTo(16, Percentage.withPercentage(10));
  }

  private static void keepTwo(SliceSimulation worker, long job, Priority priority) {
    worker.used(job, priority, 4000 * SECOND);
    for (int pipeline = 0; pipeline < 2; pipeline++) {
      worker.arrive(job, priority, Need.of(ENDLESS_NANOS, 5 * MILLI), 0);
    }
  }

  @Test
  void jobsOfALevelGetTheSameHoweverManyPipelinesTheyHave() {
    SliceSimulation worker = new SliceSimulation(2);
    for (int job = 1; job <= 3; job++) {
      worker.used(job, Priority.NORMAL, 1000 * SECOND);
      for (int pipeline = 0; pipeline < 2 * job; pipeline++) {
        worker.arrive(job, Priority.NORMAL, Need.of(ENDLESS_NANOS, 5 * MILLI), job);
      }
    }
    worker.runFor(300 * SECOND);
    for (int job = 1; job <= 3; job++) {
      assertThat((double) worker.heldNanos(job))
          .as("job %d", job)
          .isCloseTo(200.0 * SECOND, Percentage.withPercentage(5));
    }
  }

  /// Large jobs fill all slots, at whatever levels but 0. A job of up to a second of processor time
  /// takes no more than twice its time on an idle worker, and what a large one needs to notice.
  @Test
  void aSmallJobTakesAtMostTwiceItsTimeBesideLargeOnes() {
    SplittableRandom seeds = new SplittableRandom(Seeds.seed("SliceSharesTest.small"));
    for (int round = Seeds.rounds(500); round > 0; round--) {
      long seed = seeds.nextLong();
      SplittableRandom random = new SplittableRandom(seed);
      int slots = 1 + random.nextInt(8);
      long lookNanos = (1 + random.nextInt(20)) * MILLI;
      SliceSimulation worker = new SliceSimulation(slots);
      for (int job = 1 + random.nextInt(3); job > 0; job--) {
        worker.used(job, Priority.NORMAL, SECOND + random.nextLong(400 * SECOND));
        for (int i = 0; i < slots; i++) {
          Need need = Need.of(ENDLESS_NANOS, lookNanos);
          worker.arrive(job, Priority.NORMAL, need, random.nextLong(SECOND));
        }
      }
      worker.runFor(SECOND + random.nextLong(5 * SECOND));
      int pieces = 1 + random.nextInt(slots);
      long cpuNanos = 10 * MILLI + random.nextLong(SECOND / pieces - 10 * MILLI);
      long begin = worker.now();
      List<Work> small = new ArrayList<>();
      for (int i = 0; i < pieces; i++) {
        small.add(worker.arrive(100, Priority.NORMAL, Need.of(cpuNanos, 5 * MILLI), 0));
      }
      small.forEach(worker::runUntil);
      assertThat(worker.now() - begin)
          .as("seed %d: %d pieces of %d ns on %d slots", seed, pieces, cpuNanos, slots)
          .isLessThanOrEqualTo(2 * cpuNanos + lookNanos);
    }
  }

  /// Any mixture of jobs, of which some wait outside and some hardly ever look.
  private static List<Work> mixture(SliceSimulation worker, SplittableRandom random, int jobs) {
    List<Work> all = new ArrayList<>();
    for (int job = 1; job <= jobs; job++) {
      Priority priority = PRIORITIES.get(random.nextInt(PRIORITIES.size()));
      if (random.nextBoolean()) {
        worker.used(job, priority, random.nextLong(500 * SECOND));
      }
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        long cpuNanos = 1 + random.nextLong(1L << random.nextInt(10, 34));
        long lookNanos = random.nextInt(10) == 0 ? 700 * MILLI : (1 + random.nextInt(50)) * MILLI;
        long burstNanos = random.nextInt(3) == 0 ? MILLI + random.nextLong(300 * MILLI) : 0;
        Need need = new Need(cpuNanos, lookNanos, burstNanos, 1 + random.nextLong(50 * MILLI));
        all.add(worker.arrive(job, priority, need, random.nextLong(20 * SECOND)));
      }
    }
    return all;
  }

  @Test
  void anyMixtureKeepsTheInvariantsAndComesToItsEnd() {
    SplittableRandom seeds = new SplittableRandom(Seeds.seed("SliceSharesTest.mixture"));
    long lates = 0;
    for (int round = Seeds.rounds(500); round > 0; round--) {
      long seed = seeds.nextLong();
      SplittableRandom random = new SplittableRandom(seed);
      SliceSimulation worker = new SliceSimulation(1 + random.nextInt(5));
      List<Work> all = mixture(worker, random, 1 + random.nextInt(8));
      worker.runUntilAllEnded();
      assertThat(all).as("seed %d", seed).allMatch(Work::ended);
      assertThat(worker.queue.running() + worker.queue.waiting()).as("seed %d", seed).isZero();
      assertThat(worker.queue.contended()).as("seed %d", seed).isFalse();
      lates += worker.lates();
    }
    assertThat(lates).as("slots taken from those that do not look").isPositive();
  }

  /// The least that a job can be due is the last level's share, divided by all the jobs: so many
  /// quanta may pass between two of its own, and half as many more, since pipelines come in lumps.
  @Test
  void noJobStarves() {
    SplittableRandom seeds = new SplittableRandom(Seeds.seed("SliceSharesTest.starving"));
    long nanos = 200 * SECOND;
    for (int round = Seeds.rounds(8); round > 0; round--) {
      long seed = seeds.nextLong();
      SplittableRandom random = new SplittableRandom(seed);
      int slots = 1 + random.nextInt(4);
      SliceSimulation worker = new SliceSimulation(slots);
      int jobs = 2 + random.nextInt(4);
      for (int job = 1; job <= jobs; job++) {
        worker.used(job, Priority.NORMAL, random.nextLong(1L << random.nextInt(40)));
        for (int i = 1 + random.nextInt(slots); i > 0; i--) {
          Need need = Need.of(ENDLESS_NANOS, (1 + random.nextInt(100)) * MILLI);
          worker.arrive(job, Priority.NORMAL, need, random.nextLong(10 * SECOND));
        }
      }
      keepFull(worker, 0, 1 + random.nextInt(2 * slots));
      worker.runFor(nanos);
      long inverseShare = 31L * jobs / slots + 1;
      assertThat(worker.longestWaitNanos())
          .as("seed %d: longest wait", seed)
          .isLessThan(inverseShare * Levels.QUANTUM_NANOS * 3 / 2);
      for (int job = 1; job <= jobs; job++) {
        assertThat(worker.heldNanos(job))
            .as("seed %d: job %d of %d on %d slots", seed, job, jobs, slots)
            .isGreaterThan(nanos / inverseShare / 2);
      }
    }
  }
}
