package dev.millrace.compute.slice;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.OptionalLong;

/// The Java runtime's account of its threads. Looked for when it is first asked, since loading it
/// takes some milliseconds.
final class SystemCpuTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean KNOWN =
      THREADS.isCurrentThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

  private SystemCpuTime() {}

  static OptionalLong ofThisThread() {
    return KNOWN ? OptionalLong.of(THREADS.getCurrentThreadCpuTime()) : OptionalLong.empty();
  }
}
