package dev.millrace.compute.slice;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// Processor time as the tests say, a thread at a time.
final class FakeCpuTime implements CpuTime {
  private final Map<Thread, Long> used = new ConcurrentHashMap<>();

  /// The calling thread has used so much more.
  void use(long nanos) {
    used.merge(Thread.currentThread(), nanos, Long::sum);
  }

  @Override
  public OptionalLong ofThisThread() {
    return OptionalLong.of(used.getOrDefault(Thread.currentThread(), 0L));
  }
}
