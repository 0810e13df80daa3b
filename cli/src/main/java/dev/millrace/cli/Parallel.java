package dev.millrace.cli;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.Stop;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Many small transfers at once, on virtual threads, bounded by the bytes that they may have on the
/// way: small files go sixteen at a time, large ones, which fill the disks by themselves, two.
final class Parallel implements AutoCloseable {
  private static final int PERMITS = 16;
  private static final int MIDDLE_PERMITS = 4;
  private static final int LARGE_PERMITS = 8;
  private static final long SMALL_BYTES = 1 << 20;
  private static final long MIDDLE_BYTES = 8 << 20;

  private final Semaphore permits = new Semaphore(PERMITS);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final Stop stop;

  Parallel(Stop stop) {
    this.stop = stop;
  }

  /// Starts `transfer` as soon as there is room. A failure that it throws stops the others, and is
  /// thrown by the next call or by [#finish].
  void start(long sizeBytes, Runnable transfer) {
    check();
    int weight =
        sizeBytes <= SMALL_BYTES ? 1 : sizeBytes <= MIDDLE_BYTES ? MIDDLE_PERMITS : LARGE_PERMITS;
    try {
      permits.acquire(weight);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED, "transfer: interrupted: run the command again", e);
    }
    var _ =
        threads.submit(() -> {
          try {
            if (failure.get() == null) {
              transfer.run();
            }
          } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            stop.request();
          } finally {
            permits.release(weight);
          }
        });
  }

  /// Waits for all that was started.
  void finish() {
    threads.close();
    check();
  }

  private void check() {
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
    stop.check();
  }

  @Override
  public void close() {
    threads.close();
  }
}
