package dev.millrace.client.content;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.wire.SealedChunk;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The memory that all readers and writers of a process share: buffers of three sizes within one
/// budget of bytes. Thread-safe.
///
/// A large buffer is lent only while three quarters of the budget are not exceeded by it, a medium
/// one while nine tenths are not: streams that come when many are at work get smaller buffers, and
/// go on with those, instead of waiting for the slowest. Nobody may wait in [#acquire] while they
/// hold a buffer that only they themselves can give back: then whoever waits gets one in the end.
final class BufferPool {
  /// Sizes of buffers, by the sealed frames that fit.
  enum Size {
    SMALL(1, 10),
    MEDIUM(8, 9),
    LARGE(64, 7.5);

    private final int frames;
    private final double tenths;

    Size(int frames, double tenths) {
      this.frames = frames;
      this.tenths = tenths;
    }

    int frames() {
      return frames;
    }

    int bytes() {
      return frames * SealedChunk.SEALED_FRAME_BYTES;
    }

    Size smaller() {
      return switch (this) {
        case SMALL, MEDIUM -> SMALL;
        case LARGE -> MEDIUM;
      };
    }

    Size larger() {
      return switch (this) {
        case SMALL -> MEDIUM;
        case MEDIUM, LARGE -> LARGE;
      };
    }

    private long ceiling(long budgetBytes) {
      return (long) (budgetBytes * tenths / 10);
    }

    /// The smallest size with room for so many frames.
    static Size of(int frames) {
      for (Size size : values()) {
        if (frames <= size.frames) {
          return size;
        }
      }
      return LARGE;
    }

    static Size of(byte[] buffer) {
      for (Size size : values()) {
        if (buffer.length == size.bytes()) {
          return size;
        }
      }
      throw new IllegalStateException(
          "bug: a buffer of " + buffer.length + " bytes from elsewhere");
    }
  }

  /// Two large buffers must be possible, or nothing overlaps.
  static final long MIN_BUDGET_BYTES = 24L << 20;

  private final long budgetBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Deque<byte[]> idleSmall = new ArrayDeque<>();
  private final Deque<byte[]> idleMedium = new ArrayDeque<>();
  private final Deque<byte[]> idleLarge = new ArrayDeque<>();
  private long lentBytes;
  private long idleBytes;
  private long mostLentBytes;

  BufferPool(long budgetBytes) {
    Check.that(budgetBytes >= MIN_BUDGET_BYTES, "buffer budget of %d bytes", budgetBytes);
    this.budgetBytes = budgetBytes;
  }

  private Deque<byte[]> idle(Size size) {
    return switch (size) {
      case SMALL -> idleSmall;
      case MEDIUM -> idleMedium;
      case LARGE -> idleLarge;
    };
  }

  /// A buffer for so many frames, or a smaller one when memory is short. Waits while there is not
  /// even a small one.
  ///
  /// @throws MillraceException INTERRUPTED
  byte[] acquire(int frames) {
    try {
      lock.lockInterruptibly();
      try {
        while (true) {
          Optional<byte[]> buffer = takeUpTo(Size.of(frames));
          if (buffer.isPresent()) {
            return buffer.get();
          }
          freed.await();
        }
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED, "memory for a transfer: interrupted while waiting: try again", e);
    }
  }

  /// A buffer of exactly this size, when there is one now.
  Optional<byte[]> tryAcquire(Size size) {
    lock.lock();
    try {
      return take(size);
    } finally {
      lock.unlock();
    }
  }

  private Optional<byte[]> takeUpTo(Size size) {
    Optional<byte[]> buffer = take(size);
    return buffer.isPresent() || size == Size.SMALL ? buffer : takeUpTo(size.smaller());
  }

  private Optional<byte[]> take(Size size) {
    if (lentBytes + size.bytes() > size.ceiling(budgetBytes)) {
      return Optional.empty();
    }
    lentBytes += size.bytes();
    mostLentBytes = Math.max(mostLentBytes, lentBytes);
    byte[] ready = idle(size).poll();
    if (ready != null) {
      idleBytes -= size.bytes();
      return Optional.of(ready);
    }
    // Idle buffers of other sizes make room, the largest first.
    for (Size other = Size.LARGE; lentBytes + idleBytes > budgetBytes; ) {
      if (idle(other).poll() != null) {
        idleBytes -= other.bytes();
      } else {
        other = other.smaller();
      }
    }
    return Optional.of(new byte[size.bytes()]);
  }

  /// Gives a buffer back.
  void release(byte[] buffer) {
    Size size = Size.of(buffer);
    lock.lock();
    try {
      lentBytes -= size.bytes();
      idleBytes += size.bytes();
      idle(size).push(buffer);
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// What is lent now.
  long lentBytes() {
    lock.lock();
    try {
      return lentBytes;
    } finally {
      lock.unlock();
    }
  }

  /// The most that was ever lent at once.
  long mostLentBytes() {
    lock.lock();
    try {
      return mostLentBytes;
    } finally {
      lock.unlock();
    }
  }
}
