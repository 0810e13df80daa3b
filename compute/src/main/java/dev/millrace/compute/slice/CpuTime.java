package dev.millrace.compute.slice;

import java.util.OptionalLong;

/// Where the processor time of a thread comes from.
public interface CpuTime {
  /// What the calling thread has used in all, nanoseconds; absent where nobody knows. Takes about a
  /// microsecond.
  OptionalLong ofThisThread();

  /// The system's own account, where there is one. Not for virtual threads.
  static CpuTime ofSystem() {
    return SystemCpuTime::ofThisThread;
  }
}
