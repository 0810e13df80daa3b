package dev.millrace.client.content;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The chunks of one writer that are being sent or were: at most a few at a time, each on a thread
/// of its own. The first failure is kept, and no further chunk is sent after it.
final class ChunksUnderWay {
  /// Chunks of one stream on the way at once: enough to hide the disk behind the MD5.
  private static final int MAX_UNDER_WAY = 4;

  private final ChunkSender sender;
  private final Consumer<List<Extent>> free;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /// In order; null until the chunk has arrived.
  private final List<@Nullable Extent> extents = new ArrayList<>();

  private int underWay;
  private @Nullable MillraceException failure;

  /// @param free frees chunks that will not be named
  ChunksUnderWay(ChunkSender sender, Consumer<List<Extent>> free) {
    this.sender = sender;
    this.free = free;
  }

  /// Waits until another chunk may be sent.
  void begin() {
    lock.lock();
    try {
      awaitWhile(() -> underWay >= MAX_UNDER_WAY && failure == null);
      throwFailure();
      underWay++;
    } finally {
      lock.unlock();
    }
  }

  /// Sends a chunk as soon as its digest is done; after [#begin].
  ///
  /// @param done runs when the buffer is no longer used
  void send(ChunkSender.Parcel parcel, CountDownLatch digestDone, Runnable done) {
    int index;
    lock.lock();
    try {
      index = extents.size();
      extents.add(null);
    } finally {
      lock.unlock();
    }
    Thread.ofVirtual()
        .name("millrace-send")
        .start(() -> {
          Extent extent = null;
          MillraceException fault = null;
          try {
            digestDone.await();
            throwFailure();
            extent = sender.send(parcel);
          } catch (MillraceException e) {
            fault = e;
          } catch (InterruptedException | RuntimeException e) {
            fault =
                new MillraceException(
                    ErrorCode.BUG, "chunk: could not be sent (" + e + "): report it", e);
          } finally {
            done.run();
            // An Error ends this thread, but its writer must not wait for ever.
            arrived(index, extent, extent == null && fault == null ? died() : fault);
          }
        });
  }

  private static MillraceException died() {
    return new MillraceException(ErrorCode.BUG, "chunk: the thread that sent it died: see the log");
  }

  private void arrived(int index, @Nullable Extent extent, @Nullable MillraceException fault) {
    lock.lock();
    try {
      extents.set(index, extent);
      if (failure == null) {
        failure = fault;
      }
      underWay--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Does nothing while no chunk has failed.
  ///
  /// @throws MillraceException that a chunk met
  void throwFailure() {
    lock.lock();
    try {
      if (failure != null) {
        // A new one with this thread's stack; the first is the cause.
        throw new MillraceException(failure.code(), String.valueOf(failure.getMessage()), failure);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits until one of the chunks under way has arrived; false when there is none.
  boolean awaitArrival() {
    lock.lock();
    try {
      int before = underWay;
      awaitWhile(() -> underWay == before && underWay > 0);
      throwFailure();
      return before > 0;
    } finally {
      lock.unlock();
    }
  }

  /// Waits for all chunks.
  List<Extent> join() {
    lock.lock();
    try {
      awaitWhile(() -> underWay > 0);
      throwFailure();
      List<Extent> arrived = new ArrayList<>(extents.size());
      for (Extent extent : extents) {
        if (extent == null) {
          throw new IllegalStateException("bug: a chunk neither arrived nor failed");
        }
        arrived.add(extent);
      }
      return arrived;
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the chunks under way and frees all.
  void abandon() {
    List<Extent> arrived = new ArrayList<>();
    lock.lock();
    try {
      if (failure == null) {
        failure = new MillraceException(ErrorCode.CANCELLED, "write: given up: begin another");
      }
      while (underWay > 0) {
        changed.awaitUninterruptibly();
      }
      for (Extent extent : extents) {
        if (extent != null) {
          arrived.add(extent);
        }
      }
      extents.clear();
    } finally {
      lock.unlock();
    }
    free.accept(arrived);
  }

  private void awaitWhile(BooleanSupplier waiting) {
    try {
      while (waiting.getAsBoolean()) {
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED, "write: interrupted while waiting for storage: try again", e);
    }
  }
}
