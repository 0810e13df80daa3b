package dev.millrace.compute.slice;

import dev.millrace.base.Check;
import dev.millrace.model.JobId;
import dev.millrace.model.Priority;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// What jobs and levels have had, and so which job is next: start-time fair queueing (Goyal, Vin
/// and Cheng, 1996) at two heights.
///
/// A level has a *pace*: its charged time, weighted so that levels that get their targets keep
/// pace. In a level each job has what it was *served*. Both count only time during which somebody
/// waited: what nobody else wanted is not held against anyone.
///
/// The *virtual* pace is that of the level that was given a slot last, and so for jobs in a level.
/// Who begins to wait, or comes to another level, is lifted to it: gets its share from then on, but
/// nothing for the past, when it wanted less. Without that, a level that was away, or had less than
/// its share because it had few pipelines, would come back far behind and starve the others while
/// it catches up. Only level 0 may have saved something, a small quantum for each slot: so small
/// jobs begin at once in as many slots as they can use.
///
/// Not thread-safe. Times are nanoseconds of one monotonic clock.
final class JobAccounts {
  /// Jobs without a pipeline here whose use is remembered, those left last.
  static final int IDLE_JOBS = 10_000;

  /// The most processor time of one report that counts beside the time that the slot was held.
  static final long MOST_BESIDE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Map<JobId, JobAccount> present = new LinkedHashMap<>();
  private final Map<JobId, JobAccount> idle =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, JobAccount> eldest) {
          return size() > IDLE_JOBS;
        }
      };
  private final int slots;
  private final long[] paceNanos = new long[Levels.COUNT];
  private final long[] virtualServedNanos = new long[Levels.COUNT];
  private long virtualPaceNanos;
  private long settledNanos;
  private long opened;

  /// The next first: the level that has had the least of its target, the lower one of equals; in a
  /// level the job that was served the least.
  final Comparator<JobAccount> order =
      Comparator.<JobAccount>comparingLong(account -> paceNanos(account.level))
          .thenComparingInt(account -> account.level)
          .thenComparingLong(account -> account.servedNanos)
          .thenComparingLong(account -> account.turn)
          .thenComparingLong(account -> account.number);

  JobAccounts(int slots, long now) {
    this.slots = slots;
    this.settledNanos = now;
  }

  private long paceNanos(int level) {
    return paceNanos[level];
  }

  /// The time up to which all is accounted for.
  long settledNanos() {
    return settledNanos;
  }

  /// The account for one more pipeline of a job. What it used before is still on it.
  JobAccount open(JobId job, Priority priority) {
    JobAccount account = present.get(job);
    if (account == null) {
      account = idle.remove(job);
      if (account == null) {
        account = new JobAccount(job, ++opened, priority);
      }
      present.put(job, account);
    }
    if (account.priority != priority) {
      account.priority = priority;
      relevel(account);
    }
    account.pipelines++;
    return account;
  }

  /// A pipeline of the job has ended.
  void close(JobAccount account) {
    account.pipelines--;
    if (account.pipelines == 0) {
      Check.that(
          account.waiting + account.running == 0 && account.unreportedNanos == 0,
          "job %s: %d ns unreported at its end",
          account.job,
          account.unreportedNanos);
      present.remove(account.job);
      idle.put(account.job, account);
    }
  }

  /// A pipeline of the job begins to wait; to be called before it is counted.
  void want(JobAccount account) {
    if (account.waiting == 0) {
      lift(account);
    }
  }

  private void lift(JobAccount account) {
    int level = account.level;
    paceNanos[level] = Math.max(paceNanos[level], virtualPaceNanos - savedNanos(level));
    account.servedNanos = Math.max(account.servedNanos, virtualServedNanos[level]);
  }

  private long savedNanos(int level) {
    return level == 0 ? Levels.SMALL_QUANTUM_NANOS * slots : 0;
  }

  /// A pipeline of the job begins a quantum: none that waits is before it.
  void dispatched(JobAccount account) {
    int level = account.level;
    virtualPaceNanos = Math.max(virtualPaceNanos, paceNanos[level]);
    virtualServedNanos[level] = Math.max(virtualServedNanos[level], account.servedNanos);
  }

  /// Brings all accounts up to now: since the last time running pipelines ran, and nothing else
  /// changed.
  ///
  /// @param contended whether somebody waited meanwhile
  void settle(long now, boolean contended) {
    long passed = now - settledNanos;
    Check.that(passed >= 0, "time went back by %d ns", -passed);
    settledNanos = now;
    if (passed > 0) {
      for (JobAccount account : present.values()) {
        if (account.running > 0) {
          hold(account, passed * account.running, contended);
        }
      }
    }
  }

  /// Slots were held. The time goes to each level that the job passes meanwhile: else a long slice
  /// that began at level 0 would be held against all small jobs.
  private void hold(JobAccount account, long nanos, boolean contended) {
    for (long left = nanos; left > 0; ) {
      long part = Math.min(left, Levels.roomNanos(account.priority, account.chargedNanos()));
      account.unreportedNanos += part;
      if (contended) {
        serve(account, part);
      }
      relevel(account);
      left -= part;
    }
  }

  private void serve(JobAccount account, long nanos) {
    long charged = Levels.charge(account.priority, nanos);
    account.servedNanos += charged;
    paceNanos[account.level] += Levels.pace(account.level, charged);
  }

  /// Processor time takes the place of the time that a slot was held. What it is more counts as if
  /// a slot had been held for it, up to 30 s.
  ///
  /// @param contended whether somebody waits
  void report(JobAccount account, long heldNanos, long cpuNanos, boolean contended) {
    long beside = Math.clamp(cpuNanos - heldNanos, 0, MOST_BESIDE_NANOS);
    hold(account, beside, contended);
    account.unreportedNanos -= heldNanos + beside;
    account.usedNanos += cpuNanos;
    relevel(account);
  }

  private void relevel(JobAccount account) {
    int level = Levels.of(account.chargedNanos());
    if (level != account.level) {
      if (empty(level)) {
        // What the job used at its old level must not put it before the others there.
        paceNanos[level] = Math.max(paceNanos[level], paceNanos[account.level]);
      }
      account.level = level;
      account.servedNanos = 0;
      lift(account);
    }
  }

  private boolean empty(int level) {
    return present.values().stream()
        .noneMatch(account -> account.level == level && account.waiting + account.running > 0);
  }

  /// Checks what must hold of one account.
  ///
  /// @param heldNanos what its pipelines held and did not report
  void verify(JobAccount account, long heldNanos) {
    JobId job = account.job;
    Check.that(present.get(job) == account, "job %s: not known", job);
    Check.that(!idle.containsKey(job), "job %s: idle with pipelines", job);
    Check.that(
        account.unreportedNanos == heldNanos,
        "job %s: %d ns unreported, %d held",
        job,
        account.unreportedNanos,
        heldNanos);
    Check.that(
        account.level == Levels.of(account.chargedNanos()),
        "job %s: level %d at %d ns",
        job,
        account.level,
        account.chargedNanos());
    if (account.waiting > 0) {
      Check.that(
          account.servedNanos >= virtualServedNanos[account.level],
          "job %s: waits at %d ns, and one was let in at %d",
          job,
          account.servedNanos,
          virtualServedNanos[account.level]);
      Check.that(
          paceNanos[account.level] >= virtualPaceNanos - savedNanos(account.level),
          "level %d: waits at %d, and one was let in at %d",
          account.level,
          paceNanos[account.level],
          virtualPaceNanos);
    }
  }

  /// Checks that `accounts` are exactly those with pipelines.
  void verify(Set<JobAccount> accounts) {
    Check.that(Set.copyOf(present.values()).equals(accounts), "%d jobs present", present.size());
    Check.that(idle.size() <= IDLE_JOBS, "%d idle jobs", idle.size());
  }
}
