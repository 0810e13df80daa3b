package dev.millrace.storage.upkeep;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A thread that does one thing again and again, with a pause after each time. A failure is logged,
/// and the next time comes as ever.
public final class Periodic implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Periodic.class);

  private final Thread thread;

  /// Starts.
  ///
  /// @param name of the thread and in the log
  public Periodic(String name, Duration pause, Runnable action) {
    this.thread =
        Thread.ofVirtual()
            .name("millrace-" + name)
            .start(() -> {
              try {
                while (true) {
                  Thread.sleep(pause);
                  once(name, action);
                }
              } catch (InterruptedException e) {
                // Closed.
              }
            });
  }

  private static void once(String name, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.warn("upkeep-failed task={} reason=\"{}\"", name, e.toString());
    }
  }

  /// Stops and waits for the end of what is being done.
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
