package dev.millrace.client.content;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A read that goes on while its starter does something else. It fills a buffer, which is free
/// again only after [#finish].
final class ReadAhead<T> {
  private final FutureTask<Optional<T>> task;

  private ReadAhead(FutureTask<Optional<T>> task) {
    this.task = task;
  }

  static <T> ReadAhead<T> start(Callable<Optional<T>> read) {
    FutureTask<Optional<T>> task = new FutureTask<>(read);
    Thread.ofVirtual().name("millrace-read-ahead").start(task);
    return new ReadAhead<>(task);
  }

  /// One on the caller's own thread, ended on return.
  static <T> ReadAhead<T> now(Callable<Optional<T>> read) {
    FutureTask<Optional<T>> task = new FutureTask<>(read);
    task.run();
    return new ReadAhead<>(task);
  }

  /// One that has ended, with nothing.
  static <T> ReadAhead<T> none() {
    return now(Optional::empty);
  }

  Optional<T> await() {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED, "read: interrupted while waiting for storage: try again", e);
    } catch (ExecutionException e) {
      throw new MillraceException(
          ErrorCode.BUG, "read: failed (" + e.getCause() + "): report it", e);
    }
  }

  /// Waits until the buffer is free, even when interrupted.
  void finish() {
    Waiting.forEnd(task); // Its failure was told by await, or the transfer has failed before.
  }
}
