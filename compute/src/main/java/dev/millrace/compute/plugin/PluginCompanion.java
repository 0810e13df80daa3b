package dev.millrace.compute.plugin;

import dev.millrace.compute.slice.Companion;
import dev.millrace.compute.slice.ThreadCpu;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A plug-in's thread as its task's companion: its time is charged to the task, and it stands still
/// while the task has no slot, from the next time that it checks. Code that never checks can't be
/// held, and goes on beside the others.
final class PluginCompanion implements Companion {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition resumed = lock.newCondition();
  private volatile boolean suspended;
  private volatile @Nullable ThreadCpu running;
  private volatile long lastNanos;

  /// On the plug-in's thread, before its code runs.
  void begin() {
    running = ThreadCpu.ofThisThread();
  }

  /// On the plug-in's thread, after its code has run: nobody can read its time any more then.
  void end() {
    lastNanos = cpuNanos();
    running = null;
  }

  @Override
  public long cpuNanos() {
    ThreadCpu thread = running;
    return thread == null ? lastNanos : thread.nanos().orElse(lastNanos);
  }

  /// Does not wait until the thread stands: that is for the plug-in to say.
  @Override
  public void suspend() {
    suspended(true);
  }

  @Override
  public void resume() {
    suspended(false);
  }

  private void suspended(boolean now) {
    lock.lock();
    try {
      suspended = now;
      resumed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// For the plug-in's threads: waits here while the task has no slot.
  void standStill() {
    if (!suspended) {
      return;
    }
    ForeignCall.requireStack();
    lock.lock();
    try {
      while (suspended) {
        resumed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
