package dev.millrace.http;

import java.util.HashSet;
import java.util.Set;

/// The threads that run requests now. An interrupt reaches a thread only while it does: Jetty uses
/// the same threads to select, and one that is interrupted there takes its selector for closed.
/// Thread-safe.
final class RunningRequests {
  private final Set<Thread> threads = new HashSet<>();

  /// The current thread begins a request.
  synchronized void begin() {
    threads.add(Thread.currentThread());
  }

  /// The current thread has ended its request; it takes no interrupt with it.
  synchronized void end() {
    threads.remove(Thread.currentThread());
    Thread.interrupted();
  }

  synchronized void interrupt() {
    threads.forEach(Thread::interrupt);
  }
}
