package dev.millrace.compute.instruction.sort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Id128;
import dev.millrace.compute.instruction.sort.LineOrder.Directed;
import dev.millrace.compute.instruction.sort.LineOrder.Ties;
import dev.millrace.compute.instruction.sort.SortedPart.Sample;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How many stages there are, and who merges what.
final class MergePlanTest {
  private static final LineEnds LINE_FEEDS = new LineEnds((byte) '\n');
  private static final long RUN_BYTES = 20 << 20;
  private static final int USUAL_LINE = 80;

  private static MergePlan plan(Ties ties) {
    LineOrder order =
        new LineOrder(LINE_FEEDS, List.of(new Directed(new LineKey(LINE_FEEDS), false)), ties);
    SortLimits limits = SortLimits.USUAL;
    return new MergePlan(order, limits, new SortMemory(limits.mergeBytes(), 1));
  }

  private static LinePrefix prefix(long word) {
    return new LinePrefix(new long[] {word}, true);
  }

  /// A run whose lines go evenly from one word to another.
  private static SortedPart run(int group, long first, long last, int longest) {
    List<Sample> samples = new ArrayList<>();
    int count = 40;
    for (int i = 0; i < count; i++) {
      long word = first + (last - first) * i / count;
      samples.add(new Sample(RUN_BYTES / count * i, prefix(word)));
    }
    return new SortedPart(group, RUN_BYTES, longest, samples, prefix(last));
  }

  private static TaskResult result(int task, SortedPart... parts) {
    return new TaskResult(
        new TaskId(1, task),
        0,
        0,
        new Manifest(List.of()),
        Map.of(),
        PartCodec.encode(List.of(parts)),
        new NodeId(new Id128(0, 1)),
        0);
  }

  private static List<TaskResult> overlapping(int runs, int longest) {
    List<TaskResult> results = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      results.add(result(i, run(SortedPart.ALONE, 0, 1_000_000, longest)));
    }
    return results;
  }

  private static MergeStage stage(List<TaskResult> results) {
    return stage(Ties.SAME, results);
  }

  private static MergeStage stage(Ties ties, List<TaskResult> results) {
    return (MergeStage) plan(ties).after(0, results);
  }

  private static List<Integer> runsOfGroups(MergeStage stage) {
    return stage.groups().stream().map(group -> group.runs().size()).toList();
  }

  @Test
  void oneRunIsCopied() {
    MergeStage one = stage(overlapping(1, USUAL_LINE));
    assertThat(one.last()).isTrue();
    assertThat(runsOfGroups(one)).containsExactly(1);
    for (List<TaskResult> empty : List.of(List.of(result(0)), List.of(result(0), result(1)))) {
      MergeStage none = stage(empty);
      assertThat(none.last()).isTrue();
      assertThat(none.tasks()).isEqualTo(1);
      assertThat(runsOfGroups(none)).containsExactly(0);
    }
  }

  @Test
  void runsThatFollowEachOtherAreOne() {
    List<TaskResult> results = new ArrayList<>();
    for (int i = 0; i < 30; i += 2) {
      results.add(
          result(
              i / 2,
              run(SortedPart.ALONE, i, i, USUAL_LINE),
              run(SortedPart.ALONE, i + 1, i + 2, USUAL_LINE)));
    }
    assertThat(runsOfGroups(stage(Ties.SAME, results))).containsExactly(1);
    assertThat(runsOfGroups(stage(Ties.INPUT_ORDER, results))).containsExactly(1);
    // Here a line is in two runs, and only one of it may stay.
    assertThat(runsOfGroups(stage(Ties.FIRST_ONLY, results))).containsExactly(15);
  }

  @Test
  void linesThatAgreeInAllThatIsKnownOfThemDoNotFollowEachOther() {
    LinePrefix unknown = new LinePrefix(new long[] {5}, false);
    SortedPart before =
        new SortedPart(SortedPart.ALONE, 9, 9, List.of(new Sample(0, prefix(1))), unknown);
    SortedPart behind =
        new SortedPart(SortedPart.ALONE, 9, 9, List.of(new Sample(0, unknown)), prefix(7));
    List<TaskResult> results = List.of(result(0, before, behind));
    assertThat(runsOfGroups(stage(results))).containsExactly(2);
  }

  /// A GiB in runs of 20 MiB.
  @Test
  void usualInputsAreMergedAtOnceBySixteenTasks() {
    MergeStage stage = stage(overlapping(51, USUAL_LINE));
    assertThat(runsOfGroups(stage)).containsExactly(51);
    assertThat(stage.tasks()).isBetween(12, 17);
  }

  @Test
  void allRunsThatFitAreMergedAtOnce() {
    assertThat(runsOfGroups(stage(overlapping(131, USUAL_LINE)))).containsExactly(131);
    // One more needs another stage; then groups are no larger than that one needs.
    assertThat(runsOfGroups(stage(overlapping(132, USUAL_LINE)))).hasSize(11).containsOnly(12);
  }

  /// A TiB.
  @Test
  void manyRunsAreMergedInThreeStages() {
    List<TaskResult> results = overlapping(52_429, USUAL_LINE);
    MergeStage stage = stage(results);
    assertThat(runsOfGroups(stage)).allMatch(size -> size <= 38);
    assertThat(stage.groups().size()).isLessThanOrEqualTo(38 * 38);
    assertThat(stage.tasks()).isGreaterThan(10_000);
  }

  @Test
  void aLongLineTakesItsRoomFromOthers() {
    List<TaskResult> results = overlapping(51, USUAL_LINE);
    results.set(7, result(7, run(SortedPart.ALONE, 0, 1_000_000, 8 << 20)));
    assertThat(runsOfGroups(stage(results))).containsExactly(51);
    for (int i = 8; i < 10; i++) {
      results.set(i, result(i, run(SortedPart.ALONE, 0, 1_000_000, 8 << 20)));
    }
    MergeStage stage = stage(results);
    assertThat(stage.groups().size()).isGreaterThan(1);
    for (MergeStage.Group group : stage.groups()) {
      assertThat(needed(group)).isLessThanOrEqualTo(SortLimits.USUAL.mergeBytes());
    }
  }

  @Test
  void theLongestLinesAreMergedTwoRunsAtATime() {
    assertThat(runsOfGroups(stage(overlapping(9, 8 << 20)))).containsExactly(2, 2, 2, 2, 1);
  }

  private static int needed(MergeStage.Group group) {
    int bytes = LineEnds.SPARE_BYTES;
    for (SortedRun run : group.runs()) {
      bytes += SortLimits.USUAL.runBytes(run.longestBytes());
    }
    return bytes;
  }

  @Test
  void theRangesOfAGroupAreOneRun() {
    List<TaskResult> results =
        List.of(
            result(0, run(0, 0, 50, USUAL_LINE)),
            result(1), // a range without a line
            result(2, run(0, 50, 80, USUAL_LINE)),
            result(3, run(1, 0, 90, USUAL_LINE)),
            result(4, run(1, 90, 99, USUAL_LINE)));
    MergeStage stage = stage(results);
    assertThat(runsOfGroups(stage)).containsExactly(2);
    assertThat(stage.groups().getFirst().runs().getFirst().parts()).hasSize(2);
  }
}
