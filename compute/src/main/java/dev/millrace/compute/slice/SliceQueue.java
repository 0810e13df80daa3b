package dev.millrace.compute.slice;

import dev.millrace.base.Check;
import dev.millrace.model.JobId;
import dev.millrace.model.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Decides which pipelines have a slot: a multilevel feedback queue. A pipeline is one attempt of a
/// task, and belongs to a job; small and urgent jobs overtake large ones, and none starves.
///
/// ```
///   add ──► WAITING ────── grant ─────► RUNNING ── revokeLate ──► LATE
///             ▲  ▲                      │     │                  │    │
///             │  └────── requeue ───────┤     │                  │    │
///             │  └────── requeue ───────│─────│──────────────────┘    │
///          comeBack                     │     │                       │
///             └────── OUTSIDE ◄─────────┴─────│────── goOutside ──────┘
///
///   each of them ── remove ──► GONE
/// ```
///
/// WAITING wants a slot, RUNNING has one, OUTSIDE waits for something else, such as a disk. LATE
/// runs without a slot: it had to give its slot up and did not notice for 5 ms, so the slot went to
/// another; a pipeline that hangs, or waits for memory that one without a slot has, holds up
/// nobody. At most `slots` are RUNNING, and after [#grant] none is free while one is WAITING.
///
/// **Who is next.** A job's level follows from the processor time that its pipelines have used here
/// ([Levels]); [JobAccounts] says which level and which job is next. Of a job it is the oldest
/// pipeline, so that the parts of an answer come in order.
///
/// **When a running one gives way.** At the end of its quantum, when another is before it. Within
/// its quantum only to one before it that can't wait: of a small job (level 0) that has used less
/// than the running one's by a small quantum or more; or one that comes back from outside, which
/// will soon be gone again. So no slot is kept empty for young, small jobs: the slots that are busy
/// with larger work are theirs at the next check, which works with a single slot too.
///
/// **What is charged.** Shares are of slots: the time that one was held, or processor time when
/// that is more (a process with many threads), of which one report charges at most 30 s.
///
/// Not thread-safe. Times are nanoseconds of one monotonic clock and never go back. The costs grow
/// with the pipelines that are here, of which there are a few for each slot.
final class SliceQueue {
  /// For how long a pipeline may overlook that it has to give way. Then the kernel shares the
  /// processors among one more until it looks, rather than that a small job waits for a large one.
  static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /// How soon to look again whether one that can't wait has become the next.
  static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  enum State {
    WAITING,
    RUNNING,
    LATE,
    OUTSIDE,
    GONE
  }

  /// One pipeline.
  static final class Entry {
    private final JobAccount account;
    private final long arrival;
    private State state = State.WAITING;
    private boolean cameBack;
    private boolean asked; // to give way, at lookNanos
    private long sliceNanos; // when its quantum began
    private long heldFromNanos;
    private long heldNanos; // before that, not reported
    private volatile long lookNanos;

    private Entry(JobAccount account, long arrival) {
      this.account = account;
      this.arrival = arrival;
    }

    State state() {
      return state;
    }

    /// The level of its job.
    int level() {
      return account.level;
    }

    /// When the pipeline has to ask whether it gives way. Any thread may read it.
    long lookNanos() {
      return lookNanos;
    }

    /// For how long it held its slot since its last report.
    long heldNanos(long now) {
      return heldNanos + (state == State.RUNNING ? now - heldFromNanos : 0);
    }

    private long quantumEndNanos() {
      return sliceNanos + Levels.quantumNanos(account.level);
    }
  }

  private final int slots;
  private final JobAccounts accounts;
  private final Comparator<Entry> order;
  private final List<Entry> entries = new ArrayList<>();
  private int waiting;
  private int running;
  private int late;
  private long arrivals;
  private long turns;

  SliceQueue(int slots, long now) {
    Check.that(slots > 0, "%d slots", slots);
    this.slots = slots;
    this.accounts = new JobAccounts(slots, now);
    this.order =
        Comparator.<Entry, JobAccount>comparing(entry -> entry.account, accounts.order)
            .thenComparingLong(entry -> entry.arrival);
  }

  private void settle(long now) {
    accounts.settle(now, waiting > 0);
  }

  /// A new pipeline, which wants a slot.
  Entry add(JobId job, Priority priority, long now) {
    settle(now);
    JobAccount account = accounts.open(job, priority);
    Entry entry = new Entry(account, ++arrivals);
    entries.add(entry);
    accounts.want(account);
    count(account, State.WAITING, 1);
    return entry;
  }

  /// Gives free slots to those that are next.
  List<Entry> grant(long now) {
    settle(now);
    List<Entry> granted = new ArrayList<>();
    while (running < slots && waiting > 0) {
      Entry next =
          entries.stream().filter(entry -> entry.state == State.WAITING).min(order).orElseThrow();
      accounts.dispatched(next.account);
      move(next, State.RUNNING, now);
      next.cameBack = false;
      next.asked = false;
      next.sliceNanos = now;
      next.lookNanos = next.quantumEndNanos();
      next.account.turn = ++turns;
      granted.add(next);
    }
    return granted;
  }

  /// What a pipeline has used since its last report; levels follow.
  ///
  /// @param cpuNanos processor time, of its thread and of processes that work for it
  void report(Entry entry, long cpuNanos, long now) {
    settle(now);
    long held = entry.heldNanos(now);
    entry.heldNanos = 0;
    entry.heldFromNanos = now;
    accounts.report(entry.account, held, cpuNanos, waiting > 0);
  }

  /// Whether a pipeline that is RUNNING or LATE has to give way now.
  boolean givesWay(Entry entry, long now) {
    settle(now);
    return entry.state == State.LATE || mustYield(entry, now);
  }

  private boolean mustYield(Entry entry, long now) {
    boolean over = now - entry.quantumEndNanos() >= 0;
    for (Entry other : entries) {
      if (other.state == State.WAITING
          && (over || cannotWaitFor(entry, other))
          && order.compare(other, entry) < 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean cannotWaitFor(Entry running, Entry other) {
    long less = running.account.chargedNanos() - other.account.chargedNanos();
    return other.cameBack || (other.account.level == 0 && less >= Levels.SMALL_QUANTUM_NANOS);
  }

  /// Begins another quantum in the same slot, when the last one is over.
  void renew(Entry entry, long now) {
    Check.that(entry.state == State.RUNNING, "renewed in %s", entry.state);
    if (now - entry.quantumEndNanos() >= 0) {
      accounts.dispatched(entry.account);
      entry.sliceNanos = now;
    }
  }

  /// Gives the slot back and wants another one.
  void requeue(Entry entry, long now) {
    requireAtWork(entry);
    settle(now);
    move(entry, State.WAITING, now);
  }

  /// Gives the slot back and wants none for now.
  void goOutside(Entry entry, long now) {
    requireAtWork(entry);
    settle(now);
    move(entry, State.OUTSIDE, now);
  }

  private static void requireAtWork(Entry entry) {
    Check.that(
        entry.state == State.RUNNING || entry.state == State.LATE, "not at work: %s", entry.state);
  }

  /// Wants a slot again.
  void comeBack(Entry entry, long now) {
    Check.that(entry.state == State.OUTSIDE, "back from %s", entry.state);
    settle(now);
    entry.cameBack = true;
    move(entry, State.WAITING, now);
  }

  /// Ends a pipeline. What its job has used is remembered.
  void remove(Entry entry, long now) {
    Check.that(entry.state != State.GONE, "ended twice");
    settle(now);
    move(entry, State.GONE, now);
    accounts.report(entry.account, entry.heldNanos, 0, false);
    entry.heldNanos = 0;
    entries.remove(entry);
    accounts.close(entry.account);
  }

  /// Takes the slots of those that should have given way long ago, as many as are wanted.
  ///
  /// @return whether there was one: then [#grant] has something to give
  boolean revokeLate(long now) {
    settle(now);
    int revoked = 0;
    for (Entry entry : entries) {
      if (revoked < waiting
          && entry.state == State.RUNNING
          && now - entry.lookNanos >= LATE_NANOS
          && mustYield(entry, now)) {
        move(entry, State.LATE, now);
        revoked++;
      }
    }
    return revoked > 0;
  }

  /// Says when each pipeline has to look next; to be called after anything else was.
  void plan(long now) {
    settle(now);
    for (Entry entry : entries) {
      if (entry.state == State.RUNNING) {
        entry.lookNanos = nextLook(entry, now);
      }
    }
  }

  private long nextLook(Entry entry, long now) {
    boolean asked = entry.asked;
    entry.asked = mustYield(entry, now);
    if (entry.asked) {
      return asked && entry.lookNanos - now < 0 ? entry.lookNanos : now;
    }
    long left = entry.quantumEndNanos() - now;
    boolean pressed =
        entries.stream()
            .anyMatch(other -> other.state == State.WAITING && cannotWaitFor(entry, other));
    return now + Math.max(0, pressed ? Math.min(left, RECHECK_NANOS) : left);
  }

  /// When [#revokeLate] may have something to do, unless something happens before.
  long nextRevokeNanos(long now) {
    long soonest = Levels.QUANTUM_NANOS;
    for (Entry entry : entries) {
      if (entry.state == State.RUNNING) {
        soonest = Math.min(soonest, entry.lookNanos + LATE_NANOS - now);
      }
    }
    return now + Math.max(soonest, 0);
  }

  /// Whether pipelines at work have to look at the time at all.
  boolean contended() {
    return waiting + late > 0;
  }

  int waiting() {
    return waiting;
  }

  int running() {
    return running;
  }

  private void move(Entry entry, State to, long now) {
    JobAccount account = entry.account;
    if (entry.state == State.RUNNING) {
      entry.heldNanos += now - entry.heldFromNanos;
    }
    if (to == State.WAITING) {
      accounts.want(account);
    }
    count(account, entry.state, -1);
    count(account, to, 1);
    entry.state = to;
    entry.heldFromNanos = now;
  }

  private void count(JobAccount account, State state, int by) {
    switch (state) {
      case WAITING -> {
        account.waiting += by;
        waiting += by;
      }
      case RUNNING -> {
        account.running += by;
        running += by;
      }
      case LATE -> late += by;
      case OUTSIDE, GONE -> {}
    }
  }

  /// Checks all that must hold between two calls.
  void verify() {
    Check.that(running <= slots, "%d of %d slots", running, slots);
    Check.that(count(State.WAITING) == waiting, "%d waiting", waiting);
    Check.that(count(State.RUNNING) == running, "%d running", running);
    Check.that(count(State.LATE) == late, "%d late", late);
    Check.that(count(State.GONE) == 0, "one that ended is still there");
    Map<JobAccount, List<Entry>> byJob = new LinkedHashMap<>();
    for (Entry entry : entries) {
      byJob.computeIfAbsent(entry.account, _ -> new ArrayList<>()).add(entry);
    }
    byJob.forEach((account, all) -> {
      long held = 0;
      int wanting = 0;
      int having = 0;
      for (Entry entry : all) {
        held += entry.heldNanos(accounts.settledNanos());
        wanting += entry.state == State.WAITING ? 1 : 0;
        having += entry.state == State.RUNNING ? 1 : 0;
      }
      Check.that(
          account.pipelines == all.size()
              && account.waiting == wanting
              && account.running == having,
          "job %s: %d of %d pipelines, %d waiting, %d running",
          account.job,
          all.size(),
          account.pipelines,
          wanting,
          having);
      accounts.verify(account, held);
    });
    accounts.verify(byJob.keySet());
  }

  private long count(State state) {
    return entries.stream().filter(entry -> entry.state == state).count();
  }
}
