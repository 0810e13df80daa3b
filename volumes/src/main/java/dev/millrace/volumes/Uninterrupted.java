package dev.millrace.volumes;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Runs a rare file operation where no interrupt can reach it: an interrupt of a thread that is
/// inside a channel closes the channel, and a sync must not be repeated on another.
final class Uninterrupted {
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  private final Action action;
  private @Nullable Throwable failure;

  private Uninterrupted(Action action) {
    this.action = action;
  }

  /// Runs `action` on a thread of its own and waits for it; an interrupt stays set.
  static void run(Action action) throws IOException {
    Uninterrupted call = new Uninterrupted(action);
    Thread thread = Thread.ofPlatform().daemon().name("volume-call").start(call::attempt);
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
    switch (call.failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IOException(e);
    }
  }

  private void attempt() {
    try {
      action.run();
    } catch (Throwable e) { // thrown again by run
      failure = e;
    }
  }
}
