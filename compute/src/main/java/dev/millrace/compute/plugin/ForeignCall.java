package dev.millrace.compute.plugin;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call into a plug-in: its code runs on a thread of its own, and what it asks of Millrace (to
/// read, to write) is done by the thread that waits for it, the *owner*.
///
/// ```
///   owner                                   the plug-in's thread
///   run ──── start ───────────────────────► body
///   serve ◄─────────────────── ask ──────── input.read(…)
///     └───── done ────────────────────────► …
///   look, 20 times a second                 …
///   result ◄────────────────── end ──────── returns, or throws
/// ```
///
/// So foreign code never runs inside Millrace's locks and files: no interrupt, no stack that
/// overflows and no loop without end gets there. When a look says that the work is not wanted any
/// more, or something that was asked for fails, the call is *stopped*: whatever the plug-in asks
/// for from then on fails in the same way, and what it makes of that is of no account. When it
/// doesn't end soon after, it is *left behind*: its thread may run on, but reaches nothing.
///
/// @param <T> what the plug-in returns
final class ForeignCall<T> {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignCall.class);
  private static final long LOOK_NANOS = 50_000_000L;

  /// Characters of a failure that a plug-in words itself.
  private static final int SAID = 2000;

  /// Frames that must be free on the plug-in's stack before anything is locked.
  private static final int FREE_FRAMES = 100;

  /// What runs on the plug-in's thread.
  interface Body<T> {
    T run() throws Exception;
  }

  /// What the owner does for the plug-in.
  interface Request {
    void serve() throws IOException;
  }

  /// What the owner does now and then while it waits; throws when the work is not wanted any more.
  interface Look {
    void look() throws IOException;
  }

  private sealed interface End<T> {}

  private record Returned<T>(T value) implements End<T> {}

  private record Threw<T>(Exception what) implements End<T> {}

  private final Plugin plugin;
  private final String instruction;
  private final String step;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<Request> request = Optional.empty();
  private Optional<End<T>> end = Optional.empty();
  private boolean leftBehind;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Exception stopped;

  /// @param instruction its name; empty before it is known
  /// @param step what the plug-in is asked to do, for messages
  ForeignCall(Plugin plugin, String instruction, String step) {
    this.plugin = plugin;
    this.instruction = instruction;
    this.step = step;
  }

  /// For the owner: runs `body` on a new thread and waits for its end, no longer than a plug-in has
  /// for an answer.
  ///
  /// @throws MillraceException as [#run]
  T answer(Body<T> body) {
    long most = plugin.patience().answerNanos();
    long[] waited = {0};
    try {
      return run(
          body,
          () -> {
            waited[0] += LOOK_NANOS;
            if (waited[0] > most) {
              throw failure("no answer in " + most / 1_000_000L + " ms");
            }
          });
    } catch (IOException e) {
      throw new IllegalStateException("bug: nothing was read or written", e);
    }
  }

  /// For the owner: runs `body` on a new thread, and serves it until it ends.
  ///
  /// @throws MillraceException what the plug-in threw, when that is the user's failure or one that
  ///   may pass; PLUGIN_FAILED for everything else that it threw
  /// @throws IOException and all else: what a look or a request failed with
  T run(Body<T> body, Look look) throws IOException {
    plugin.requireFewLeftBehind(instruction);
    Thread started =
        Thread.ofPlatform()
            .daemon()
            .inheritInheritableThreadLocals(false)
            .name("plugin-" + (instruction.isEmpty() ? plugin.jar() : instruction))
            .unstarted(() -> runForeign(body));
    started.setContextClassLoader(plugin.loader());
    thread = started;
    started.start();
    while (stopped == null) {
      Optional<End<T>> ended = awaitTurn();
      if (ended.isPresent()) {
        return result(ended.get());
      }
      serve(look);
    }
    awaitStop(started);
    throw stopReason();
  }

  /// Returns when the plug-in has ended or asks for something, the call was stopped, or it is time
  /// for a look.
  private Optional<End<T>> awaitTurn() {
    lock.lock();
    try {
      long left = LOOK_NANOS;
      while (end.isEmpty() && request.isEmpty() && stopped == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      return stopped == null ? end : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop(
          new MillraceException(
              ErrorCode.INTERRUPTED, step + ": waiting was interrupted: try again", e));
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void serve(Look look) {
    Optional<Request> asked = asked();
    try {
      if (asked.isPresent()) {
        asked.get().serve();
      } else {
        look.look();
      }
    } catch (IOException | RuntimeException e) {
      stop(e);
    } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
      stop(new IllegalStateException(step + ": " + e, e));
    }
    served(asked);
  }

  private Optional<Request> asked() {
    lock.lock();
    try {
      return request;
    } finally {
      lock.unlock();
    }
  }

  private void served(Optional<Request> asked) {
    lock.lock();
    try {
      if (asked.isPresent()) {
        request = Optional.empty();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits a little for a plug-in that was stopped, then leaves it behind.
  private void awaitStop(Thread started) {
    lock.lock();
    try {
      long left = plugin.patience().stopNanos();
      while (end.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      leftBehind = end.isEmpty();
      if (leftBehind) {
        plugin.leftBehind(instruction, step, started);
      }
      lock.unlock();
    }
  }

  /// For the owner, after its end: whether the plug-in's thread may still run.
  boolean isLeftBehind() {
    lock.lock();
    try {
      return leftBehind;
    } finally {
      lock.unlock();
    }
  }

  private RuntimeException stopReason() throws IOException {
    Exception why = stopped;
    if (why instanceof IOException failure) {
      throw failure;
    }
    return why instanceof RuntimeException failure
        ? failure
        : new IllegalStateException("bug: stopped without a reason", why);
  }

  private T result(End<T> ended) {
    return switch (ended) {
      case Returned<T> returned -> returned.value();
      case Threw<T>(MillraceException failure) -> throw failure;
      case Threw<T>(Exception thrown) -> {
        MillraceException failure =
            plugin.failure(
                instruction,
                step + ": it threw " + Text.printable(String.valueOf(thrown.getMessage())),
                thrown);
        LOG.warn("event=plugin-failed why={}", failure.getMessage(), thrown);
        throw failure;
      }
    };
  }

  /// For any thread: nothing more is done for the plug-in.
  private void stop(Exception why) {
    lock.lock();
    try {
      if (stopped == null) {
        stopped = why;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// On the plug-in's thread.
  private void runForeign(Body<T> body) {
    End<T> ended = new Threw<>(ForeignFailure.unknown());
    try {
      ended = new Returned<>(body.run());
    } catch (MillraceException e) {
      ended = new Threw<>(itsOwn(e));
    } catch (Throwable e) {
      ended = new Threw<>(ForeignFailure.copyOf(e));
    } finally {
      end(ended);
    }
  }

  private static Exception itsOwn(MillraceException failure) {
    boolean itsRight =
        switch (failure.code().kind()) {
          case USER -> failure.code() != ErrorCode.CANCELLED;
          case RETRYABLE -> true;
          case EXHAUSTED, CORRUPT, INTERNAL -> false;
        };
    ForeignFailure copy = ForeignFailure.copyOf(failure);
    return itsRight
        ? new MillraceException(
            failure.code(), Text.printable(String.valueOf(failure.getMessage()), SAID), copy)
        : copy;
  }

  private void end(End<T> ended) {
    lock.lock();
    try {
      end = Optional.of(ended);
      changed.signalAll();
      if (leftBehind) {
        plugin.endedAfterAll(instruction, step);
      }
    } finally {
      lock.unlock();
    }
  }

  /// For the plug-in's thread: has the owner do something, and waits until it is done.
  ///
  /// @throws MillraceException the failure of this or of an earlier request, CANCELLED, or
  ///   PLUGIN_FAILED on any other thread
  void ask(String what, Request wanted) {
    requireOwnThread(what);
    requireStack();
    lock.lock();
    try {
      check();
      request = Optional.of(wanted);
      changed.signalAll();
      while (request.isPresent() && stopped == null) {
        changed.awaitUninterruptibly();
      }
      check();
    } finally {
      lock.unlock();
    }
  }

  /// For the plug-in's threads: overflows here, where nothing is held, rather than in the middle of
  /// a lock.
  static void requireStack() {
    requireStack(FREE_FRAMES);
  }

  private static int requireStack(int frames) {
    return frames == 0 ? 0 : 1 + requireStack(frames - 1);
  }

  /// For any thread: throws when the call was stopped.
  void check() {
    Exception why = stopped;
    if (why == null) {
      return;
    }
    // A copy, since the plug-in may do with it what it likes.
    if (why instanceof MillraceException failure) {
      throw new MillraceException(failure.code(), String.valueOf(failure.getMessage()));
    }
    ErrorCode code = why instanceof IOException ? ErrorCode.IO_ERROR : ErrorCode.BUG;
    throw new MillraceException(code, step + ": " + why.getMessage() + ": let it end");
  }

  /// Throws unless this is the plug-in's thread and the call has not ended. On another thread it
  /// also stops the call, whose answer would lack what was asked for there.
  ///
  /// @param what the plug-in does, as in `it read`
  void requireOwnThread(String what) {
    Thread own = thread;
    if (own == null || !own.equals(Thread.currentThread())) {
      MillraceException failure = failure(what + " on a thread of its own, or after its end");
      stop(failure);
      throw failure;
    }
  }

  /// What the plug-in does that it may not.
  MillraceException failure(String what) {
    return plugin.failure(instruction, step + ": " + what, null);
  }
}
