package dev.millrace.compute.slice;

import dev.millrace.base.Check;
import dev.millrace.model.JobId;
import dev.millrace.model.Priority;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/// One attempt of a task as it passes through the gate. It belongs to the thread that enters, which
/// is no virtual one; only [#abandon] may come from another.
///
/// ```
/// enter … yieldIfDue … outside(…) … yieldIfDue … leave
/// ```
public final class Pipeline {
  final JobId job;
  final Priority priority;

  /// Signalled when it has a slot, or is abandoned.
  final Condition changed;

  /// Guarded by the gate's lock.
  boolean abandoned;

  /// Of the pipeline's thread, like what follows; present from [#enter] to the end.
  SliceQueue.@Nullable Entry entry;

  private final SliceGate gate;
  private @Nullable Thread owner;
  private @Nullable Companion companion;
  private OptionalLong threadCpuNanos = OptionalLong.empty();
  private long companionCpuNanos;
  private long dismissedCpuNanos;
  private long waitedNanos;

  Pipeline(SliceGate gate, JobId job, Priority priority, Condition changed) {
    this.gate = gate;
    this.job = job;
    this.priority = priority;
    this.changed = changed;
  }

  /// Waits until the pipeline has a slot, or was abandoned.
  public void enter() {
    owner = Thread.currentThread();
    threadCpuNanos = gate.cpu().ofThisThread();
    waitedNanos += gate.enter(this);
  }

  /// Gives the slot up when another pipeline should have it, and waits until this one has one
  /// again, or was abandoned. To be called at least every 100 ms; costs a nanosecond while nobody
  /// waits, and some 30 otherwise. Does nothing in other threads than the pipeline's.
  public void yieldIfDue() {
    if (!gate.contended() || !Thread.currentThread().equals(owner)) {
      return;
    }
    SliceQueue.Entry current = entry;
    if (current != null
        && gate.now() - current.lookNanos() >= 0
        && gate.asksToGiveWay(this, takeCpuNanos())) {
      giveWay();
    }
  }

  private void giveWay() {
    Companion other = companion;
    if (other == null) {
      waitedNanos += gate.giveWay(this);
      return;
    }
    other.suspend();
    try {
      waitedNanos += gate.giveWay(this);
    } finally {
      other.resume();
    }
  }

  /// Does what waits long for something else than the processor, while another pipeline has the
  /// slot, if one wants it. A pipeline with a companion keeps its slot.
  public void outside(Runnable action) {
    if (!gate.contended()
        || !Thread.currentThread().equals(owner)
        || companion != null
        || !gate.goOutside(this, takeCpuNanos())) {
      action.run();
      return;
    }
    try {
      action.run();
    } finally {
      waitedNanos += gate.comeBack(this);
    }
  }

  /// Gives the slot back for good. Does nothing when the pipeline has none.
  public void leave() {
    if (owner != null) {
      gate.leave(this, takeCpuNanos());
      owner = null;
    }
  }

  /// The pipeline waits for slots no longer: its thread goes on without one, and leaves.
  public void abandon() {
    gate.abandon(this);
  }

  /// From now on something works for this pipeline. One at a time.
  public void accompany(Companion other) {
    Check.that(companion == null, "a second companion");
    companionCpuNanos = other.cpuNanos();
    companion = other;
  }

  /// Nothing works for it any more.
  public void dismissCompanion() {
    dismissedCpuNanos += takeCompanionNanos();
    companion = null;
  }

  /// For how long it has waited for slots in all.
  public long waitedNanos() {
    return waitedNanos;
  }

  /// Processor time since this was last asked, of the thread and its companion; absent when
  /// unknown.
  private OptionalLong takeCpuNanos() {
    OptionalLong before = threadCpuNanos;
    threadCpuNanos = gate.cpu().ofThisThread();
    long beside = takeCompanionNanos() + dismissedCpuNanos;
    dismissedCpuNanos = 0;
    return before.isPresent() && threadCpuNanos.isPresent()
        ? OptionalLong.of(threadCpuNanos.getAsLong() - before.getAsLong() + beside)
        : OptionalLong.empty();
  }

  private long takeCompanionNanos() {
    Companion other = companion;
    if (other == null) {
      return 0;
    }
    long before = companionCpuNanos;
    companionCpuNanos = Math.max(before, other.cpuNanos());
    return companionCpuNanos - before;
  }
}
