package dev.millrace.testkit;

import dev.millrace.base.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands until it is moved. Thread-safe.
public final class SettableClock implements Clock {
  private final AtomicLong millis;

  public SettableClock(long millis) {
    this.millis = new AtomicLong(millis);
  }

  public void advanceMillis(long by) {
    millis.addAndGet(by);
  }

  @Override
  public long currentMillis() {
    return millis.get();
  }

  @Override
  public long nanoTime() {
    return TimeUnit.MILLISECONDS.toNanos(millis.get());
  }
}
