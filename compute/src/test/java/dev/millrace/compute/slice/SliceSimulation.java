package dev.millrace.compute.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Id128;
import dev.millrace.compute.slice.SliceQueue.Entry;
import dev.millrace.compute.slice.SliceQueue.State;
import dev.millrace.model.JobId;
import dev.millrace.model.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A worker with a [SliceQueue] in simulated time: pipelines arrive, compute, look from time to
/// time whether they have to give way, wait outside, end. Everything that must hold is checked
/// after every step.
final class SliceSimulation {
  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000 * MILLI;

  /// What a pipeline is like.
  ///
  /// @param cpuNanos that it needs in all
  /// @param lookNanos how often it looks
  /// @param burstNanos after so much computing it waits outside; 0 for never
  /// @param outsideNanos how long it is outside each time
  record Need(long cpuNanos, long lookNanos, long burstNanos, long outsideNanos) {
    static Need of(long cpuNanos, long lookNanos) {
      return new Need(cpuNanos, lookNanos, 0, 0);
    }
  }

  /// One pipeline.
  static final class Work {
    final JobId job;
    final Priority priority;
    final Need need;
    final long arrivesNanos;
    long endedNanos = -1;

    /// Called when it has ended.
    Runnable whenEnded = () -> {};

    private @Nullable Entry entry;
    private double reported;
    private double done;
    private long gridNanos; // it looks at this time and every so often behind it
    private long returnsNanos; // from outside
    private double burstEnd;

    private Work(JobId job, Priority priority, Need need, long arrivesNanos) {
      this.job = job;
      this.priority = priority;
      this.need = need;
      this.arrivesNanos = arrivesNanos;
      this.burstEnd = need.burstNanos();
    }

    boolean ended() {
      return endedNanos >= 0;
    }

    Entry entry() {
      return Objects.requireNonNull(entry);
    }

    State state() {
      return entry().state();
    }

    private boolean atWork() {
      return state() == State.RUNNING || state() == State.LATE;
    }

    private long takeCpu() {
      long cpu = (long) (done - reported);
      reported += cpu;
      return cpu;
    }
  }

  final SliceQueue queue;
  private final int slots;
  private final List<Work> arriving = new ArrayList<>();
  private final List<Work> here = new ArrayList<>();
  private final Map<JobId, Long> heldNanos = new HashMap<>();
  private final Map<JobId, Long> waitingSince = new HashMap<>();
  private final long[] levelNanos = new long[Levels.COUNT];
  private long longestWaitNanos;
  private long lates;
  private long now;

  SliceSimulation(int slots) {
    this.slots = slots;
    this.queue = new SliceQueue(slots, 0);
  }

  static JobId job(long number) {
    return new JobId(new Id128(0, number));
  }

  long now() {
    return now;
  }

  /// For how long the job has held slots.
  long heldNanos(long job) {
    return heldNanos.getOrDefault(job(job), 0L);
  }

  /// For how long slots were held by jobs of this level.
  long levelNanos(int level) {
    return levelNanos[level];
  }

  /// The longest that a job wanted slots and had none.
  long longestWaitNanos() {
    return longestWaitNanos;
  }

  /// How often a slot was taken from one that did not look.
  long lates() {
    return lates;
  }

  /// A job has used so much before. Not while others wait.
  void used(long job, Priority priority, long cpuNanos) {
    Entry entry = queue.add(job(job), priority, now);
    queue.grant(now);
    assertThat(queue.waiting()).isZero();
    queue.report(entry, cpuNanos, now);
    queue.remove(entry, now);
  }

  /// A pipeline of a job that comes after a while.
  Work arrive(long job, Priority priority, Need need, long inNanos) {
    Work work = new Work(job(job), priority, need, now + inNanos);
    arriving.add(work);
    arriving.sort(Comparator.comparingLong(w -> w.arrivesNanos));
    return work;
  }

  void runFor(long nanos) {
    long end = now + nanos;
    while (now < end) {
      step(end);
    }
  }

  /// Runs until the work has ended.
  void runUntil(Work work) {
    while (!work.ended()) {
      step(Long.MAX_VALUE);
    }
  }

  void runUntilAllEnded() {
    while (!arriving.isEmpty() || !here.isEmpty()) {
      step(Long.MAX_VALUE);
    }
  }

  private void step(long end) {
    long next = end;
    if (!arriving.isEmpty()) {
      next = Math.min(next, arriving.getFirst().arrivesNanos);
    }
    double speed = speed();
    for (Work work : here) {
      if (work.state() == State.OUTSIDE) {
        next = Math.min(next, work.returnsNanos);
      } else if (work.atWork()) {
        next = Math.min(next, nextLook(work));
        double goal = Math.min(needed(work), burstEnd(work));
        next = Math.min(next, now + (long) Math.ceil((goal - work.done) / speed));
      }
    }
    if (queue.waiting() > 0) {
      next = Math.min(next, Math.max(now + MILLI, queue.nextRevokeNanos(now)));
    }
    pass(Math.max(next, now), speed);
    act();
  }

  /// The first look that comes to anything.
  private long nextLook(Work work) {
    if (!queue.contended()) {
      return Long.MAX_VALUE;
    }
    long behind = Math.max(now, work.entry().lookNanos()) - work.gridNanos;
    long steps = Math.max(1, Math.ceilDiv(behind, work.need.lookNanos()));
    return work.gridNanos + steps * work.need.lookNanos();
  }

  private static double needed(Work work) {
    return (double) work.need.cpuNanos();
  }

  private static double burstEnd(Work work) {
    return work.need.burstNanos() == 0 ? Double.MAX_VALUE : work.burstEnd;
  }

  private double speed() {
    long working = here.stream().filter(Work::atWork).count();
    return working <= slots ? 1 : (double) slots / working;
  }

  private void pass(long to, double speed) {
    for (Work work : here) {
      if (work.atWork()) {
        work.done = Math.min(needed(work), work.done + (to - now) * speed);
      }
      if (work.state() == State.RUNNING) {
        heldNanos.merge(work.job, to - now, Long::sum);
        levelNanos[work.entry().level()] += to - now;
      }
    }
    now = to;
  }

  private void act() {
    while (!arriving.isEmpty() && arriving.getFirst().arrivesNanos <= now) {
      Work work = arriving.removeFirst();
      work.entry = queue.add(work.job, work.priority, now);
      here.add(work);
      settle();
    }
    if (queue.revokeLate(now)) {
      lates++;
      settle();
    }
    for (Work work : List.copyOf(here)) {
      if (work.state() == State.OUTSIDE && work.returnsNanos <= now) {
        queue.comeBack(work.entry(), now);
        work.burstEnd = work.done + work.need.burstNanos();
        settle();
      } else if (work.atWork()) {
        look(work);
      }
    }
  }

  private void look(Work work) {
    if (work.done >= needed(work) - 1) {
      queue.report(work.entry(), work.takeCpu(), now);
      queue.remove(work.entry(), now);
      work.endedNanos = now;
      here.remove(work);
      settle();
      work.whenEnded.run();
    } else if (work.done >= burstEnd(work) - 1) {
      queue.report(work.entry(), work.takeCpu(), now);
      queue.goOutside(work.entry(), now);
      work.returnsNanos = now + work.need.outsideNanos();
      settle();
    } else if (nextLook(work) <= now) {
      work.gridNanos = now;
      queue.report(work.entry(), work.takeCpu(), now);
      if (queue.givesWay(work.entry(), now)) {
        queue.requeue(work.entry(), now);
      } else {
        queue.renew(work.entry(), now);
      }
      settle();
    }
  }

  private void settle() {
    for (Entry entry : queue.grant(now)) {
      Work work = here.stream().filter(w -> w.entry == entry).findFirst().orElseThrow();
      work.gridNanos = now;
    }
    queue.plan(now);
    queue.verify();
    watchJobs();
    assertThat(queue.waiting() == 0 || queue.running() == slots)
        .as("%d wait and %d of %d slots are busy", queue.waiting(), queue.running(), slots)
        .isTrue();
  }

  private void watchJobs() {
    Set<JobId> waiting = new HashSet<>();
    here.stream().filter(w -> w.state() == State.WAITING).forEach(w -> waiting.add(w.job));
    here.stream().filter(w -> w.state() == State.RUNNING).forEach(w -> waiting.remove(w.job));
    for (JobId job : waiting) {
      long since = waitingSince.computeIfAbsent(job, _ -> now);
      longestWaitNanos = Math.max(longestWaitNanos, now - since);
    }
    waitingSince.keySet().retainAll(waiting);
  }
}
