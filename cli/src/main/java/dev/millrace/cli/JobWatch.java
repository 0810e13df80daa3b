package dev.millrace.cli;

import dev.millrace.base.MillraceException;
import dev.millrace.cli.show.Progress;
import dev.millrace.client.Jobs;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.Remaining;
import java.time.Duration;

/// Shows a job's progress on a thread of its own until it has ended or is closed.
final class JobWatch implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(250);

  private final Jobs jobs;
  private final JobId id;
  private final Progress progress;
  private final Thread thread;
  private volatile boolean closed;

  JobWatch(Jobs jobs, JobId id, Progress progress) {
    this.jobs = jobs;
    this.id = id;
    this.progress = progress;
    // Not a virtual thread: once one has waited for a socket, the JVM takes 300 ms to exit, since
    // a thread of its own is then inside the system's wait for good.
    this.thread = Thread.ofPlatform().daemon().name("job-watch").start(this::watch);
  }

  private void watch() {
    try {
      JobProgress now = jobs.progress(id);
      show(now);
      while (!closed && !now.job().state().ended()) {
        now = jobs.await(id, now.revision(), POLL);
        show(now);
      }
    } catch (MillraceException e) {
      // Whoever receives the answer meets the same failure and reports it.
      closed = true;
    }
  }

  private void show(JobProgress now) {
    progress.remaining(now.remaining().map(Remaining::millis));
    progress.at(
        now.inputBytesDone(),
        now.inputBytesTotal(),
        now.stall().orElseGet(() -> JobText.pieces(now)));
  }

  @Override
  public void close() {
    closed = true;
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
    progress.close();
  }
}
