package dev.millrace.compute.slice;

import dev.millrace.model.Priority;
import java.util.concurrent.TimeUnit;

/// The levels of the feedback queue: 0 is for what has used the least. Each level's target is half
/// the time of the level before it.
///
/// Time is *charged* by priority: a second of a job of high priority counts as a quarter of one, of
/// low priority as four. So an urgent job stays small for four times as long, and gets four times
/// as much as a normal one of its level. All accounts are in charged nanoseconds unless they say
/// otherwise.
final class Levels {
  static final int COUNT = 5;

  /// How long a pipeline keeps its slot while others wait.
  static final long QUANTUM_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// The same for level 0: small work takes turns quickly.
  static final long SMALL_QUANTUM_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long[] FROM_NANOS = {
    0,
    TimeUnit.SECONDS.toNanos(1),
    TimeUnit.SECONDS.toNanos(10),
    TimeUnit.SECONDS.toNanos(60),
    TimeUnit.SECONDS.toNanos(300)
  };

  private static final int PRIORITY_FACTOR = 4;

  private Levels() {}

  /// The level of a job that has used so much.
  static int of(long chargedNanos) {
    int level = COUNT - 1;
    while (chargedNanos < FROM_NANOS[level] && level > 0) {
      level--;
    }
    return level;
  }

  /// How much more such a job may use, not charged, until it comes to the next level.
  static long roomNanos(Priority priority, long chargedNanos) {
    int next = of(chargedNanos) + 1;
    if (next == COUNT) {
      return Long.MAX_VALUE;
    }
    long charged = FROM_NANOS[next] - chargedNanos;
    return switch (priority) {
      case LOW -> Math.ceilDiv(charged, PRIORITY_FACTOR);
      case NORMAL -> charged;
      case HIGH -> charged * PRIORITY_FACTOR;
    };
  }

  static long quantumNanos(int level) {
    return level == 0 ? SMALL_QUANTUM_NANOS : QUANTUM_NANOS;
  }

  /// How far charged time moves its level on. Levels that get their targets move on equally fast.
  static long pace(int level, long chargedNanos) {
    return chargedNanos << level;
  }

  /// What real time counts as.
  static long charge(Priority priority, long nanos) {
    return switch (priority) {
      case LOW -> nanos * PRIORITY_FACTOR;
      case NORMAL -> nanos;
      case HIGH -> nanos / PRIORITY_FACTOR;
    };
  }
}
