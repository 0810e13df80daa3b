package dev.millrace.catalog.raft;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Waits until the tables here hold all that was acknowledged before the call: then reading them is
/// linearizable. Thread-safe.
sealed interface ReadBarrier {
  /// Waits.
  ///
  /// @throws MillraceException UNAVAILABLE or NOT_LEADER when that can't be known; TIMEOUT
  void await();

  /// The barrier of a group of one. A command is acknowledged when it was executed here, and nobody
  /// else acknowledges any: there is nothing to wait for.
  record SoleVoter() implements ReadBarrier {
    @Override
    public void await() {}
  }

  /// Raft's ReadIndex, shared: while one question is under way, all readers that arrive wait
  /// together for the next one. (Not for the one under way: what it learned may be older than their
  /// call.)
  final class SharedReadIndex implements ReadBarrier {
    private final Supplier<CompletableFuture<Void>> readIndex;
    private final Duration timeout;
    private final Object lock = new Object();
    private boolean underWay;
    private @Nullable CompletableFuture<Void> next;

    /// @param readIndex asks the leader for its commit index, and completes when it was executed
    ///   here
    SharedReadIndex(Supplier<CompletableFuture<Void>> readIndex, Duration timeout) {
      this.readIndex = readIndex;
      this.timeout = timeout;
    }

    @Override
    public void await() {
      CompletableFuture<Void> mine;
      synchronized (lock) {
        if (next == null) {
          next = new CompletableFuture<>();
        }
        mine = next;
      }
      ask();
      try {
        mine.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new MillraceException(
            ErrorCode.INTERRUPTED, "catalog: interrupted while waiting: ask again", e);
      } catch (TimeoutException e) {
        throw new MillraceException(
            ErrorCode.TIMEOUT, "catalog: no answer from the other masters: ask again", e);
      } catch (ExecutionException e) {
        throw new MillraceException(
            ErrorCode.UNAVAILABLE,
            "catalog: no leader can be found: " + e.getCause() + ": ask again",
            e);
      }
    }

    private void ask() {
      CompletableFuture<Void> mine;
      synchronized (lock) {
        if (underWay || next == null) {
          return;
        }
        mine = next;
        next = null;
        underWay = true;
      }
      CompletableFuture<Void> _ =
          readIndex.get().whenComplete((done, failure) -> answer(mine, failure));
    }

    private void answer(CompletableFuture<Void> readers, @Nullable Throwable failure) {
      synchronized (lock) {
        underWay = false;
      }
      ask();
      if (failure == null) {
        readers.complete(null);
      } else {
        readers.completeExceptionally(failure);
      }
    }
  }
}
