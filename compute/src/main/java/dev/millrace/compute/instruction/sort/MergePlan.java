package dev.millrace.compute.instruction.sort;

import dev.millrace.compute.instruction.sort.MergeStage.Group;
import dev.millrace.compute.program.Stage;
import dev.millrace.compute.program.StagePlan;
import dev.millrace.model.TaskResult;
import java.util.ArrayList;
import java.util.List;

/// How runs become one. Each stage merges groups of neighbours: as many runs a group as fit a
/// task's memory, but no more than all stages need that still have to come. A group is merged by
/// several tasks, each a range of its lines. The last stage has one group; it copies where there is
/// but one run, since only what a last stage wrote is the answer.
///
/// Each stage reads and writes all bytes once. Memory of the plan: a few hundred bytes a run.
final class MergePlan implements StagePlan {
  private final LineOrder order;
  private final SortLimits limits;
  private final SortMemory memory;

  MergePlan(LineOrder order, SortLimits limits, SortMemory memory) {
    this.order = order;
    this.limits = limits;
    this.memory = memory;
  }

  @Override
  public Stage after(int stage, List<TaskResult> results) {
    List<SortedRun> runs = SortedRun.of(results, order.unique());
    List<Group> groups = new ArrayList<>();
    for (List<SortedRun> group : groups(runs)) {
      groups.add(new Group(group, splitters(group, results)));
    }
    return new MergeStage(order, limits, memory, groups);
  }

  /// One, for inputs of up to some GiB.
  @Override
  public int passes() {
    return 1;
  }

  private List<LinePrefix> splitters(List<SortedRun> group, List<TaskResult> results) {
    List<SortedRun> sampled = new ArrayList<>();
    long total = 0;
    for (SortedRun run : group) {
      sampled.add(run.withSamples(results));
      total += run.sizeBytes();
    }
    return Splitters.choose(sampled, limits.rangeBytes(total));
  }

  /// Neighbours that are merged together.
  private List<List<SortedRun>> groups(List<SortedRun> runs) {
    long wanted = LineEnds.SPARE_BYTES;
    for (SortedRun run : runs) {
      wanted += limits.runBytes(run.longestBytes());
    }
    int most = wanted <= limits.mergeBytes() ? runs.size() : runsPerGroup(runs.size(), wanted);
    List<List<SortedRun>> groups = new ArrayList<>();
    List<SortedRun> group = new ArrayList<>();
    long bytes = LineEnds.SPARE_BYTES;
    for (SortedRun run : runs) {
      int more = limits.runBytes(run.longestBytes());
      if (group.size() == most || bytes + more > limits.mergeBytes()) {
        groups.add(List.copyOf(group));
        group.clear();
        bytes = LineEnds.SPARE_BYTES;
      }
      group.add(run);
      bytes += more;
    }
    groups.add(List.copyOf(group));
    return groups;
  }

  /// The fewest runs a group with which no further stage is needed: with them each run has the most
  /// memory.
  ///
  /// @param wantedBytes of memory to merge all at once
  private int runsPerGroup(int runs, long wantedBytes) {
    double fitting = Math.max(2, (double) limits.mergeBytes() * runs / wantedBytes);
    int stages = (int) Math.ceil(Math.log(runs) / Math.log(fitting) - 1e-9);
    int perGroup = 2;
    while (Math.pow(perGroup, stages) < runs) {
      perGroup++;
    }
    return perGroup;
  }
}
