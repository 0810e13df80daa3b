package dev.millrace.volumes;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lets all writers of a file share one sync: while one is under way, those who come wait together
/// for the next. A sync covers every write that was finished before it began.
///
/// States: idle → syncing → (more came meanwhile) syncing … → idle; from syncing to failed, which
/// is for good: who was not covered by a sync that succeeded gets the failure.
final class GroupCommit {
  @FunctionalInterface
  interface Sync {
    void run() throws IOException;
  }

  private final Sync sync;
  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition done = lock.newCondition();
  private long written;
  private long durable;
  private long syncs;
  private boolean syncing;
  private @Nullable Throwable failure;

  /// @param executor runs the syncs, on threads that are never interrupted
  GroupCommit(Sync sync, Executor executor) {
    this.sync = sync;
    this.executor = executor;
  }

  /// Waits until what the caller has written is durable. Interrupts don't end it.
  ///
  /// @throws IOException when the sync that covered it, or an earlier one, failed
  void commit() throws IOException {
    lock.lock();
    try {
      long ticket = ++written;
      if (!syncing && failure == null) {
        syncing = true;
        executor.execute(this::syncAll);
      }
      while (durable < ticket && failure == null) {
        done.awaitUninterruptibly();
      }
      if (durable < ticket) {
        String text = failure instanceof IOException e ? IoFailure.text(e) : "sync failed";
        throw new IOException(text, failure);
      }
    } finally {
      lock.unlock();
    }
  }

  private void syncAll() {
    lock.lock();
    try {
      while (failure == null && durable < written) {
        long target = written;
        lock.unlock();
        Throwable thrown = null;
        try {
          sync.run();
        } catch (Throwable e) { // the waiters must hear of anything
          thrown = e;
        } finally {
          lock.lock();
        }
        syncs++;
        if (thrown == null) {
          durable = target;
        } else {
          failure = thrown;
        }
        done.signalAll();
      }
    } finally {
      syncing = false;
      lock.unlock();
    }
  }

  /// Syncs so far.
  long syncs() {
    lock.lock();
    try {
      return syncs;
    } finally {
      lock.unlock();
    }
  }
}
