package dev.millrace.compute.balancer;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Which job gets the next free slot: the one with the fewest running tasks, and of those the
/// oldest. So a young small job gets the very next slot, whatever else there is to do.
final class FairShare {
  private static final Comparator<JobRun> ORDER =
      Comparator.comparingInt((JobRun run) -> run.stage().runningTasks())
          .thenComparing(run -> run.job().id());

  private FairShare() {}

  /// Absent when no job has a piece that can run now.
  static Optional<JobRun> next(Collection<JobRun> runs, long now) {
    return runs.stream().filter(run -> run.next(now).isPresent()).min(ORDER);
  }
}
