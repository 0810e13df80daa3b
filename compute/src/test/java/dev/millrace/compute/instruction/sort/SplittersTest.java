package dev.millrace.compute.instruction.sort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compute.instruction.sort.SortedPart.Sample;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SplittersTest {
  private static LinePrefix prefix(long word) {
    return new LinePrefix(new long[] {word}, true);
  }

  /// A run of lines of one byte each, with a sample each `distance` bytes.
  private static SortedRun run(long[] lines, int distance) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < lines.length; i += distance) {
      if (samples.isEmpty() || !samples.getLast().prefix().equals(prefix(lines[i]))) {
        samples.add(new Sample(i, prefix(lines[i])));
      }
    }
    LinePrefix last = prefix(lines[lines.length - 1]);
    SortedPart part = new SortedPart(SortedPart.ALONE, lines.length, 1, samples, last);
    return new SortedRun(List.of(new SortedRun.Place(0, 0, 0, part)));
  }

  /// How many lines are in each range.
  private static long[] sizes(List<long[]> runs, List<LinePrefix> splitters) {
    long[] sizes = new long[splitters.size() + 1];
    for (long[] lines : runs) {
      for (long line : lines) {
        int range = 0;
        while (range < splitters.size() && !prefix(line).isBefore(splitters.get(range))) {
          range++;
        }
        sizes[range]++;
      }
    }
    return sizes;
  }

  @Test
  void rangesAreWrongByOneSampleOfEachRunAtMost() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("SplittersTest"));
    for (int round = Seeds.rounds(300); round > 0; round--) {
      int distance = random.nextInt(1, 20);
      long rangeBytes = random.nextLong(20, 400);
      int different = random.nextInt(3) == 0 ? random.nextInt(1, 30) : 1_000_000;
      List<long[]> lines = new ArrayList<>();
      long total = 0;
      for (int i = random.nextInt(1, 9); i > 0; i--) {
        long from = random.nextLong(different);
        long to = from + random.nextLong(different) + 1;
        long[] run = random.longs(random.nextInt(1, 900), from, to).sorted().toArray();
        lines.add(run);
        total += run.length;
      }
      List<SortedRun> runs = lines.stream().map(run -> run(run, distance)).toList();
      List<LinePrefix> splitters = Splitters.choose(runs, rangeBytes);
      assertThat(splitters).isSorted().doesNotHaveDuplicates();
      assertThat(splitters.size()).isLessThanOrEqualTo((int) (total / rangeBytes));
      long heaviest = heaviest(lines);
      long wrong = (long) distance * lines.size();
      // Rounding at the end leaves half a range; a line that is there often can't be divided.
      long most = rangeBytes + rangeBytes / 2 + 2 * wrong + heaviest;
      assertThat(Arrays.stream(sizes(lines, splitters)).max().orElseThrow())
          .isLessThanOrEqualTo(most);
    }
  }

  private static long heaviest(List<long[]> runs) {
    long[] all = runs.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    long most = 0;
    long count = 0;
    for (int i = 0; i < all.length; i++) {
      count = i > 0 && all[i] == all[i - 1] ? count + 1 : 1;
      most = Math.max(most, count);
    }
    return most;
  }

  @Test
  void linesThatAreAllTheSameAreOneRange() {
    long[] same = new long[1000];
    assertThat(Splitters.choose(List.of(run(same, 10), run(same, 10)), 100)).isEmpty();
  }

  @Test
  void aLineThatIsThereOftenHasARangeOfItsOwn() {
    long[] lines = new long[1000];
    Arrays.fill(lines, 0, 200, 1);
    Arrays.fill(lines, 200, 800, 2);
    Arrays.fill(lines, 800, 1000, 3);
    List<LinePrefix> splitters = Splitters.choose(List.of(run(lines, 10)), 200);
    assertThat(splitters).containsExactly(prefix(2), prefix(3));
  }

  @Test
  void theOrderOfTheRunsMeansNothing() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("SplittersTest.order"));
    List<SortedRun> runs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      runs.add(run(random.longs(500, 0, 100).sorted().toArray(), 7));
    }
    assertThat(Splitters.choose(runs.reversed(), 150)).isEqualTo(Splitters.choose(runs, 150));
  }
}
