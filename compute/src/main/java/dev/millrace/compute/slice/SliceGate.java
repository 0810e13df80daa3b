package dev.millrace.compute.slice;

import dev.millrace.base.Check;
import dev.millrace.base.Clock;
import dev.millrace.model.JobId;
import dev.millrace.model.Priority;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lets as many pipelines work as there are slots, and the others wait: adds the lock and the
/// waiting to [SliceQueue]. Threads are the callers'. Thread-safe.
///
/// Whoever waits also sees to it that one who does not look loses its slot in the end, so that
/// nothing needs a thread of its own.
public final class SliceGate {
  private static final long LEAST_WAIT_NANOS = 1_000_000;

  private final Clock clock;
  private final CpuTime cpu;
  private final ReentrantLock lock = new ReentrantLock();
  private final SliceQueue queue;
  private final Map<SliceQueue.Entry, Pipeline> pipelines = new HashMap<>();
  private volatile boolean contended;

  /// @param slots pipelines that may work at once
  public SliceGate(int slots, Clock clock, CpuTime cpu) {
    this.clock = clock;
    this.cpu = cpu;
    this.queue = new SliceQueue(slots, clock.nanoTime());
  }

  /// A pipeline that may enter.
  public Pipeline pipeline(JobId job, Priority priority) {
    return new Pipeline(this, job, priority, lock.newCondition());
  }

  /// How many wait for a slot now.
  public int waiting() {
    lock.lock();
    try {
      return queue.waiting();
    } finally {
      lock.unlock();
    }
  }

  CpuTime cpu() {
    return cpu;
  }

  long now() {
    return clock.nanoTime();
  }

  boolean contended() {
    return contended;
  }

  /// Waits until the pipeline has a slot or was abandoned.
  ///
  /// @return for how long it waited, nanoseconds
  long enter(Pipeline pipeline) {
    lock.lock();
    try {
      Check.that(pipeline.entry == null, "entered twice");
      long now = clock.nanoTime();
      SliceQueue.Entry entry = queue.add(pipeline.job, pipeline.priority, now);
      pipeline.entry = entry;
      pipelines.put(entry, pipeline);
      return awaitSlot(pipeline, entry, now);
    } finally {
      lock.unlock();
    }
  }

  /// Whether the pipeline has to call [#giveWay]. Else its quantum begins anew when it was over.
  ///
  /// @param cpuNanos what it used since it last said so; when absent the time in its slot counts
  boolean asksToGiveWay(Pipeline pipeline, OptionalLong cpuNanos) {
    lock.lock();
    try {
      SliceQueue.Entry entry = atWork(pipeline);
      if (entry == null) {
        return false;
      }
      long now = clock.nanoTime();
      report(entry, cpuNanos, now);
      if (queue.givesWay(entry, now)) {
        return true;
      }
      queue.renew(entry, now);
      changed(now);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /// Gives the slot back and waits for another one.
  ///
  /// @return for how long it waited, nanoseconds
  long giveWay(Pipeline pipeline) {
    lock.lock();
    try {
      SliceQueue.Entry entry = atWork(pipeline);
      if (entry == null) {
        return 0;
      }
      long now = clock.nanoTime();
      queue.requeue(entry, now);
      return awaitSlot(pipeline, entry, now);
    } finally {
      lock.unlock();
    }
  }

  /// Gives the slot back until [#comeBack].
  ///
  /// @param cpuNanos see [#asksToGiveWay]
  /// @return false when the pipeline is not at work
  boolean goOutside(Pipeline pipeline, OptionalLong cpuNanos) {
    lock.lock();
    try {
      SliceQueue.Entry entry = atWork(pipeline);
      if (entry == null) {
        return false;
      }
      long now = clock.nanoTime();
      report(entry, cpuNanos, now);
      queue.goOutside(entry, now);
      changed(now);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// The pipeline is outside no longer: waits for a slot.
  ///
  /// @return for how long it waited, nanoseconds
  long comeBack(Pipeline pipeline) {
    lock.lock();
    try {
      SliceQueue.Entry entry = pipeline.entry;
      if (entry == null) {
        return 0;
      }
      long now = clock.nanoTime();
      queue.comeBack(entry, now);
      return awaitSlot(pipeline, entry, now);
    } finally {
      lock.unlock();
    }
  }

  void leave(Pipeline pipeline, OptionalLong cpuNanos) {
    lock.lock();
    try {
      SliceQueue.Entry entry = pipeline.entry;
      if (entry != null) {
        long now = clock.nanoTime();
        report(entry, cpuNanos, now);
        remove(pipeline, entry, now);
      }
    } finally {
      lock.unlock();
    }
  }

  void abandon(Pipeline pipeline) {
    lock.lock();
    try {
      pipeline.abandoned = true;
      pipeline.changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private static SliceQueue.@Nullable Entry atWork(Pipeline pipeline) {
    SliceQueue.Entry entry = pipeline.entry;
    return entry != null
            && (entry.state() == SliceQueue.State.RUNNING || entry.state() == SliceQueue.State.LATE)
        ? entry
        : null;
  }

  private void report(SliceQueue.Entry entry, OptionalLong cpuNanos, long now) {
    queue.report(entry, cpuNanos.orElse(entry.heldNanos(now)), now);
  }

  private void remove(Pipeline pipeline, SliceQueue.Entry entry, long now) {
    queue.remove(entry, now);
    pipelines.remove(entry);
    pipeline.entry = null;
    changed(now);
  }

  /// Waits until the pipeline has a slot; when it was abandoned before, it is out.
  private long awaitSlot(Pipeline pipeline, SliceQueue.Entry entry, long since) {
    changed(since);
    long now = since;
    boolean interrupted = false;
    while (entry.state() == SliceQueue.State.WAITING && !pipeline.abandoned) {
      try {
        long nanos = Math.max(queue.nextRevokeNanos(now) - now, LEAST_WAIT_NANOS);
        pipeline.changed.awaitNanos(nanos);
      } catch (InterruptedException _) {
        interrupted = true; // kept for the caller: tasks end by being cancelled
      }
      now = clock.nanoTime();
      if (queue.revokeLate(now)) {
        changed(now);
      }
    }
    if (entry.state() == SliceQueue.State.WAITING) {
      remove(pipeline, entry, now);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return now - since;
  }

  private void changed(long now) {
    for (SliceQueue.Entry entry : queue.grant(now)) {
      Objects.requireNonNull(pipelines.get(entry)).changed.signal();
    }
    queue.plan(now);
    contended = queue.contended();
  }

  /// Checks all that must hold.
  void verify() {
    lock.lock();
    try {
      queue.verify();
      Check.that(pipelines.size() >= queue.waiting() + queue.running(), "pipelines are missing");
    } finally {
      lock.unlock();
    }
  }
}
