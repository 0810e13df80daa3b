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

  /// How soon a task that waits sees that it was cancelled, or that another one is to have its
  /// slot.
  private static final long CHECK_MILLIS = 10;

  /// What a task waits for. Compared by identity.
  private static final class Request {
    private final int sizeBytes;
    private boolean granted;

    Request(int sizeBytes) {
      this.sizeBytes = sizeBytes;
    }
  }

  private static final SortMemory OF_THIS_PROCESS =
      new SortMemory(
          Math.max(Runtime.getRuntime().maxMemory() / HEAP_SHARE, SortLimits.USUAL.mergeBytes()),
          Runtime.getRuntime().availableProcessors());

  private final long totalBytes;
  private final int shareBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition granted = lock.newCondition();

  /// Of tasks that wait, in the order in which they came.
  private final Deque<Request> requests = new ArrayDeque<>();

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

  /// Takes memory for one task; waits until there is enough, behind those that came before.
  ///
  /// @param leastBytes what the task needs
  /// @param usefulBytes what it has a use for
  /// @throws MillraceException CANCELLED when the task is, while it waits
  Taken take(int leastBytes, long usefulBytes, TaskContext context) {
    Check.that(leastBytes <= totalBytes, "%d bytes of %d for one task", leastBytes, totalBytes);
    int size = (int) Math.max(leastBytes, Math.min(usefulBytes, shareBytes));
    Request request = new Request(size);
    request(request);
    boolean taken = false;
    try {
      // Not under the lock: a check lasts for as long as others have the task's slot, and they may
      // want to give memory back.
      while (!granted(request)) {
        context.check();
      }
      Taken memory = new Taken(array(size));
      taken = true;
      return memory;
    } finally {
      if (!taken) {
        giveUp(request);
      }
    }
  }

  private void request(Request request) {
    lock.lock();
    try {
      requests.add(request);
      grant();
    } finally {
      lock.unlock();
    }
  }

  /// Whether a task has its memory; waits for it for a while.
  private boolean granted(Request request) {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(CHECK_MILLIS);
      while (!request.granted && nanos > 0) {
        nanos = granted.awaitNanos(nanos);
      }
      return request.granted;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED, "memory to sort in: interrupted while waiting: try again", e);
    } finally {
      lock.unlock();
    }
  }

  private void giveUp(Request request) {
    lock.lock();
    try {
      requests.remove(request);
      takenBytes -= request.granted ? request.sizeBytes : 0;
      grant();
    } finally {
      lock.unlock();
    }
  }

  /// Grants requests in their order, while there is enough.
  private void grant() {
    boolean changed = false;
    while (!requests.isEmpty() && takenBytes + requests.getFirst().sizeBytes <= totalBytes) {
      Request next = requests.removeFirst();
      next.granted = true;
      takenBytes += next.sizeBytes;
      mostTakenBytes = Math.max(mostTakenBytes, takenBytes);
      changed = true;
    }
    if (changed) {
      granted.signalAll();
    }
  }

  /// An array that is there, or a new one: of a share there is usually one.
  private byte[] array(int size) {
    lock.lock();
    try {
      while (size == shareBytes && !idle.isEmpty()) {
        byte[] kept = idle.pop().get();
        if (kept != null) {
          return kept;
        }
      }
    } finally {
      lock.unlock();
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
      grant();
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
