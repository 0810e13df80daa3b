package dev.millrace.compute.slice;

import dev.millrace.base.Check;
import dev.millrace.model.JobId;
import dev.millrace.model.Priority;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What jobs and levels have had, and so which job is next.
///
/// A level has a *pace*: its charged time, weighted so that levels that get their targets keep
/// pace. In a level each job has what it was *served*. Both count only time during which somebody
/// waited: what nobody else wanted is not held against anyone. Whoever comes anew, a level or a job
/// in its level, begins with as much as the one that has had the least, so it gets its share from
/// then on but nothing for the past. These leasts never fall; else a level that was away could come
/// back far behind, and starve the others while it catches up.
///
/// Not thread-safe. Times are nanoseconds of one monotonic clock.
final class JobAccounts {
  /// Jobs without a pipeline here whose use is remembered, those left last.
  static final int IDLE_JOBS = 10_000;

  private final Map<JobId, JobAccount> present = new LinkedHashMap<>();
  private final Map<JobId, JobAccount> idle =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, JobAccount> eldest) {
          return size() > IDLE_JOBS;
        }
      };
  private final long[] paceNanos = new long[Levels.COUNT];
  private final long[] leastServedNanos = new long[Levels.COUNT];
  private long leastPaceNanos;
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

  JobAccounts(long now) {
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
      present.remove(account.job);
      idle.put(account.job, account);
    }
  }

  /// The job begins to take part in the sharing, unless it does already; to be called before it is
  /// counted as waiting or running.
  void occupy(JobAccount account) {
    if (!account.occupied()) {
      int level = account.level;
      if (!occupied(level)) {
        paceNanos[level] = Math.max(paceNanos[level], leastPaceNanos);
      }
      account.servedNanos = Math.max(account.servedNanos, leastServedNanos[level]);
    }
  }

  private boolean occupied(int level) {
    return present.values().stream()
        .anyMatch(account -> account.level == level && account.occupied());
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
          long held = passed * account.running;
          account.unreportedNanos += held;
          if (contended) {
            serve(account, held);
          }
          relevel(account);
        }
      }
    }
    raiseLeasts();
  }

  private void raiseLeasts() {
    long[] served = new long[Levels.COUNT];
    boolean[] occupied = new boolean[Levels.COUNT];
    for (JobAccount account : present.values()) {
      if (account.occupied()) {
        int level = account.level;
        served[level] =
            occupied[level] ? Math.min(served[level], account.servedNanos) : account.servedNanos;
        occupied[level] = true;
      }
    }
    long pace = Long.MAX_VALUE;
    for (int level = 0; level < Levels.COUNT; level++) {
      if (occupied[level]) {
        leastServedNanos[level] = Math.max(leastServedNanos[level], served[level]);
        pace = Math.min(pace, paceNanos[level]);
      }
    }
    if (pace != Long.MAX_VALUE) {
      leastPaceNanos = Math.max(leastPaceNanos, pace);
    }
  }

  /// The job had a slot for so long, not charged, while others waited.
  void serve(JobAccount account, long nanos) {
    long charged = Levels.charge(account.priority, nanos);
    account.servedNanos += charged;
    paceNanos[account.level] += Levels.pace(account.level, charged);
  }

  /// Processor time takes the place of the time that a slot was held.
  void report(JobAccount account, long heldNanos, long cpuNanos) {
    account.unreportedNanos -= heldNanos;
    account.usedNanos += cpuNanos;
    relevel(account);
  }

  private void relevel(JobAccount account) {
    int level = Levels.of(account.chargedNanos());
    if (level != account.level) {
      if (account.occupied() && !occupied(level)) {
        paceNanos[level] = Math.max(paceNanos[level], leastPaceNanos);
      }
      account.level = level;
      account.servedNanos = leastServedNanos[level];
    }
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
    if (account.occupied()) {
      Check.that(
          account.servedNanos >= leastServedNanos[account.level],
          "job %s: served %d ns, the least is %d",
          job,
          account.servedNanos,
          leastServedNanos[account.level]);
      Check.that(
          paceNanos[account.level] >= leastPaceNanos,
          "level %d: pace %d, the least is %d",
          account.level,
          paceNanos[account.level],
          leastPaceNanos);
    }
  }

  /// Checks that `accounts` are exactly those with pipelines, and the idle ones idle.
  void verify(Set<JobAccount> accounts) {
    Check.that(Set.copyOf(present.values()).equals(accounts), "%d jobs present", present.size());
    Check.that(idle.size() <= IDLE_JOBS, "%d idle jobs", idle.size());
    for (JobAccount account : idle.values()) {
      Check.that(
          account.pipelines == 0 && !account.occupied() && account.unreportedNanos == 0,
          "idle job %s: %d pipelines, %d ns unreported",
          account.job,
          account.pipelines,
          account.unreportedNanos);
    }
  }
}
