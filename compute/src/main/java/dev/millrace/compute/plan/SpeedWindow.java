package dev.millrace.compute.plan;

import java.util.ArrayDeque;
import java.util.Deque;

/// The speed of something that grows, over the last five seconds. Not thread-safe.
public final class SpeedWindow {
  private static final long WINDOW_NANOS = 5_000_000_000L;
  private static final long STEP_NANOS = 100_000_000L;

  private record Sample(long nanos, long bytes) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  public void sample(long nowNanos, long bytes) {
    Sample last = samples.peekLast();
    if (last != null && nowNanos - last.nanos() < STEP_NANOS) {
      return;
    }
    samples.addLast(new Sample(nowNanos, bytes));
    while (samples.size() > 2 && nowNanos - samples.getFirst().nanos() > WINDOW_NANOS) {
      samples.removeFirst();
    }
  }

  /// 0 before the second sample.
  public long bytesPerSecond() {
    Sample first = samples.peekFirst();
    Sample last = samples.peekLast();
    if (first == null || last == null || first.nanos() == last.nanos()) {
      return 0;
    }
    double seconds = (last.nanos() - first.nanos()) / 1e9;
    return Math.max(0, (long) ((last.bytes() - first.bytes()) / seconds));
  }
}
