package dev.millrace.compute.instruction.sort;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.program.TaskContext;
import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The memory that all sorting tasks of a process share, so that any number of slots does with one
/// heap. A task takes all its memory at once, and waits for it while it holds none. Thread-safe.
///
/// Arrays that were given back are kept for the next task, by soft references: allocating one a
/// task would fill the old generation, and keeping them would take memory from other programs. The
/// JVM drops them when it needs the memory, or when they were not used for long.
final class SortMemory {
  /// Of the heap: besides it has what readers and writers take (three eighths), and the node.
  private static final int HEAP_SHARE = 4;

  private static final long CHECK_MILLIS = 50;

  private static final SortMemory OF_THIS_PROCESS =
      new SortMemory(
          Math.max(Runtime.getRuntime().maxMemory() / HEAP_SHARE, SortLimits.USUAL.mergeBytes()),
          Runtime.getRuntime().availableProcessors());

  private final long totalBytes;
  private final int shareBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Deque<SoftReference<byte[]>> idle = new ArrayDeque<>();
  private long takenBytes;
  private long mostTakenBytes;

  /// @param totalBytes of all tasks together
  /// @param shares that it is divided into: a task gets no more than one, unless it needs more
  SortMemory(long totalBytes, int shares) {
    this.totalBytes = totalBytes;
    this.shareBytes = (int) Math.min(totalBytes / shares, Integer.MAX_VALUE / 2);
  }

  static SortMemory ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  /// Takes memory for one task; waits until there is enough.
  ///
  /// @param leastBytes what the task needs
  /// @param usefulBytes what it has a use for
  /// @throws MillraceException CANCELLED when the task is, while it waits
  Taken take(int leastBytes, long usefulBytes, TaskContext context) {
    Check.that(leastBytes <= totalBytes, "%d bytes of %d for one task", leastBytes, totalBytes);
    int size = (int) Math.max(leastBytes, Math.min(usefulBytes, shareBytes));
    lock.lock();
    try {
      while (takenBytes + size > totalBytes) {
        context.check();
        var _ = freed.await(CHECK_MILLIS, TimeUnit.MILLISECONDS);
      }
      byte[] array = array(size);
      takenBytes += size;
      mostTakenBytes = Math.max(mostTakenBytes, takenBytes);
      return new Taken(array);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED, "memory to sort in: interrupted while waiting: try again", e);
    } finally {
      lock.unlock();
    }
  }

  /// An array that is there, or a new one: of a share there is usually one.
  private byte[] array(int size) {
    while (size == shareBytes && !idle.isEmpty()) {
      byte[] kept = idle.pop().get();
      if (kept != null) {
        return kept;
      }
    }
    return new byte[size];
  }

  private void giveBack(byte[] array) {
    lock.lock();
    try {
      takenBytes -= array.length;
      if (array.length == shareBytes) {
        idle.push(new SoftReference<>(array));
      }
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The most that tasks had at once.
  long mostTakenBytes() {
    lock.lock();
    try {
      return mostTakenBytes;
    } finally {
      lock.unlock();
    }
  }

  /// The memory of one task. Belongs to the task's thread.
  final class Taken implements AutoCloseable {
    private byte[] bytes;

    private Taken(byte[] bytes) {
      this.bytes = bytes;
    }

    /// The memory; what is in it is whatever the task before left.
    byte[] bytes() {
      return bytes;
    }

    /// Gives it back.
    @Override
    public void close() {
      if (bytes.length > 0) {
        byte[] array = bytes;
        bytes = new byte[0];
        giveBack(array);
      }
    }
  }
}
