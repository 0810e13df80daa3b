package dev.millrace.client.content;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// Waits that an interrupt does not cut short: a buffer is lent until its user has ended. The
/// interrupt stays pending.
final class Waiting {
  private Waiting() {}

  /// Waits for the end of a task.
  ///
  /// @return what it failed with, if it did
  static Optional<Throwable> forEnd(Future<?> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return Optional.empty();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return Optional.ofNullable(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
