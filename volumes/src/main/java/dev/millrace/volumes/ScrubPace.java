package dev.millrace.volumes;

import dev.millrace.base.Check;
import dev.millrace.base.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Holds a scrub to so many bytes per second.
public interface ScrubPace {
  /// As fast as the disk gives.
  ScrubPace UNBOUNDED = bytes -> true;

  /// Called after `bytes` were read; waits as long as need be.
  ///
  /// @return false when the scrub shall stop
  boolean proceed(long bytes);

  /// At most `bytesPerSecond` on average from the first call on; stops when the thread is
  /// interrupted.
  static ScrubPace bytesPerSecond(long bytesPerSecond, Clock clock) {
    Check.that(bytesPerSecond > 0, "scrub at %d bytes per second", bytesPerSecond);
    return new ScrubPace() {
      private long dueNanos = clock.nanoTime();

      @Override
      public boolean proceed(long bytes) {
        long now = clock.nanoTime();
        dueNanos = Math.max(dueNanos, now - TimeUnit.SECONDS.toNanos(1));
        dueNanos += (long) (bytes * 1e9 / bytesPerSecond);
        while (dueNanos - now > 0) {
          LockSupport.parkNanos(dueNanos - now);
          if (Thread.currentThread().isInterrupted()) {
            return false;
          }
          now = clock.nanoTime();
        }
        return true;
      }
    };
  }
}
