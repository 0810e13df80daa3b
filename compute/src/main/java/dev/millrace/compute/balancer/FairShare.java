package dev.millrace.compute.balancer;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import dev.millrace.model.Priority;
import java.util.Comparator;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Which job gets the worker's next place: the one with the fewest running tasks for its priority,
/// and of those the oldest.
///
/// A worker has more places than slots; tasks beyond the slots take turns there. While a slot is
/// free, any job may begin a task. Of the places beyond
///
/// - the last, as many as slots, are kept for young, small jobs: these never wait for the end of
///   another job's task;
/// - the others are for them too, for urgent jobs, and for jobs that have nothing running: those
///   are not held up by long tasks that can't be cut.
///
/// No job has more tasks than slots by this, so all the memory of a worker never goes to one job.
final class FairShare {
  /// How long a job is young.
  static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// A job is small when it has no more input for each slot.
  private static final long SMALL_BYTES_PER_SLOT = 64 * ByteUnits.MIB;

  private static final Comparator<LiveJob> ORDER =
      Comparator.<LiveJob>comparingInt(live -> (live.run.stage().runningTasks() + 1) * weight(live))
          .thenComparing(live -> live.run.job().id());

  private FairShare() {}

  /// How full the worker is.
  ///
  /// @param taken places, of which there are at least two for each slot
  record Load(int taken, int slots, int places) {
    Load {
      Check.that(places >= 2 * slots, "%d places for %d slots", places, slots);
    }

    boolean slotFree() {
      return taken < slots;
    }

    boolean onlyKeptLeft() {
      return taken >= places - slots;
    }
  }

  /// A task of a job counts for its share as four of one that is more urgent by a step.
  private static int weight(LiveJob live) {
    return switch (live.run.job().spec().options().priority()) {
      case HIGH -> 1;
      case NORMAL -> 4;
      case LOW -> 16;
    };
  }

  /// Absent when no job has a piece that may begin now.
  ///
  /// @param jobs in the order in which they began
  static Optional<LiveJob> next(SequencedCollection<LiveJob> jobs, Load load, long now) {
    if (load.taken() >= load.places()) {
      return Optional.empty();
    }
    Stream<LiveJob> candidates =
        load.onlyKeptLeft()
            ? jobs.reversed().stream().takeWhile(live -> young(live, now))
            : jobs.stream();
    return candidates
        .filter(live -> load.slotFree() || mayTakeTurns(live, load, now))
        .filter(live -> live.run.next(now).isPresent())
        .min(ORDER);
  }

  private static boolean mayTakeTurns(LiveJob live, Load load, long now) {
    int running = live.run.stage().runningTasks();
    if (running >= load.slots()) {
      return false;
    }
    boolean urgent = live.run.job().spec().options().priority() == Priority.HIGH;
    boolean rest = !load.onlyKeptLeft() && (running == 0 || urgent);
    return rest || (young(live, now) && small(live, load));
  }

  private static boolean young(LiveJob live, long now) {
    return now - live.beganNanos < YOUNG_NANOS;
  }

  private static boolean small(LiveJob live, Load load) {
    return live.layout.totalBytes() <= SMALL_BYTES_PER_SLOT * load.slots();
  }
}
