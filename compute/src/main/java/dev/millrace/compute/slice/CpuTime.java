package dev.millrace.compute.slice;

import java.util.OptionalLong;

/// Where the processor time of a thread comes from.
public interface CpuTime {
  /// What the calling thread has used in all, nanoseconds; absent where nobody knows. Takes some
  /// microseconds. Not for virtual threads.
  OptionalLong ofThisThread();

  /// The system's own account, where there is one.
  static CpuTime ofSystem() {
    return new SystemCpuTime();
  }
}
