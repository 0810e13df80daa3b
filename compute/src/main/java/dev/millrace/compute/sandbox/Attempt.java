package dev.millrace.compute.sandbox;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.sandbox.EndRules.Cause;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A started program. A thread of its own keeps watch over it from the start: it ends the program
/// at its limits, and afterwards sees to it that no process and no control group is left.
///
/// ```
/// running ──▶ paused ──▶ running          pause, resume
///    └───────────┴─────▶ ended            by itself, by kill, at a limit; the group is empty
///                          └──▶ closed    files and streams are given back
/// ```
final class Attempt implements Running {
  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

  /// How often limits are looked at that nobody reports.
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /// How long killed processes may take to be gone: one in the middle of a system call finishes it.
  private static final int SWEEPS = 2_000;

  private static final long FIRST_SWEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long LAST_SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /// What an attempt consists of.
  ///
  /// @param ran tells after the end whether the program was executed
  /// @param killGroup ends what the control group does not reach
  /// @param cleanUp gives back what was made for it
  record Parts(
      Process process,
      ControlGroup group,
      SandboxLimits limits,
      BooleanSupplier ran,
      Runnable killGroup,
      Runnable cleanUp) {}

  private final Parts parts;
  private final Clock clock;
  private final HeadedInput stderr;
  private final CompletableFuture<SandboxEnd> end = new CompletableFuture<>();

  private Cause cause = Cause.NONE;
  private boolean over;
  private boolean closed;
  private boolean paused;
  private long resumedNanos;
  private long usedNanos;
  private long cpuNanos;
  private long memoryPeakBytes;
  private long throttledPeriods;

  private Attempt(Parts parts, Clock clock) {
    this.parts = parts;
    this.clock = clock;
    this.stderr = new HeadedInput(parts.process().getErrorStream());
    this.resumedNanos = clock.nanoTime();
  }

  static Attempt watch(Parts parts, Clock clock) {
    Attempt attempt = new Attempt(parts, clock);
    Thread.ofVirtual().name("sandbox-watch").start(attempt::watch);
    return attempt;
  }

  private void watch() {
    try {
      while (!parts.process().waitFor(TICK_NANOS, TimeUnit.NANOSECONDS)) {
        look();
      }
      sweep();
      end.complete(over());
    } catch (InterruptedException | RuntimeException e) {
      LOG.error("event=sandbox-watch-failed", e);
      kill();
      end.completeExceptionally(e);
    }
  }

  private void look() {
    if (parts.group().ranOutOfMemory()) {
      end(Cause.OUT_OF_MEMORY);
    } else if (remainingNanos() <= 0) {
      end(Cause.OUT_OF_TIME);
    }
  }

  private synchronized long remainingNanos() {
    return TimeUnit.MILLISECONDS.toNanos(parts.limits().timeMillis()) - runNanos();
  }

  private long runNanos() {
    return paused ? usedNanos : usedNanos + clock.nanoTime() - resumedNanos;
  }

  /// The outermost process is gone, and what is left is dying or was never its child.
  private void sweep() {
    parts.killGroup().run();
    long pauseNanos = FIRST_SWEEP_NANOS;
    for (int i = 0; i < SWEEPS; i++) {
      if (parts.group().empty()) {
        return;
      }
      parts.group().killAll();
      LockSupport.parkNanos(pauseNanos);
      pauseNanos = Math.min(2 * pauseNanos, LAST_SWEEP_NANOS);
    }
    LOG.error("event=sandbox-processes-stay group={}", parts.group().joins());
  }

  private SandboxEnd over() {
    boolean ran = parts.ran().getAsBoolean();
    String complaint = ran ? "" : stderr.head();
    boolean outOfMemory = parts.group().ranOutOfMemory();
    synchronized (this) {
      cpuNanos = parts.group().cpuNanos();
      memoryPeakBytes = parts.group().memoryPeakBytes();
      throttledPeriods = parts.group().throttledPeriods();
      over = true;
    }
    removeGroup();
    int status = parts.process().exitValue();
    return EndRules.end(
        new EndRules.Seen(status, ran, cause(), outOfMemory, complaint), parts.limits());
  }

  private void removeGroup() {
    for (int i = 0; i < SWEEPS; i++) {
      if (parts.group().remove()) {
        return;
      }
      LockSupport.parkNanos(FIRST_SWEEP_NANOS);
    }
    LOG.error("event=control-group-stays group={}", parts.group().joins());
  }

  private synchronized Cause cause() {
    return cause;
  }

  @Override
  public OutputStream stdin() {
    return parts.process().getOutputStream();
  }

  @Override
  public InputStream stdout() {
    return parts.process().getInputStream();
  }

  @Override
  public InputStream stderr() {
    return stderr;
  }

  @Override
  public SandboxEnd await() {
    try {
      return end.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED, "wait for a program: interrupted: wait again", e);
    } catch (ExecutionException e) {
      throw new MillraceException(ErrorCode.BUG, "watch over a program: " + e + ": report this", e);
    }
  }

  @Override
  public void kill() {
    end(Cause.KILLED);
  }

  private synchronized void end(Cause why) {
    if (over) {
      return;
    }
    if (cause == Cause.NONE) {
      cause = why;
    }
    // By its handle: the process itself would close its streams, and what was said last be lost.
    parts.process().toHandle().destroyForcibly();
    parts.killGroup().run();
    parts.group().killAll();
    if (paused) {
      parts.group().freeze(false); // a frozen process dies only when it is thawed
    }
  }

  @Override
  public synchronized void pause() {
    if (!paused && !over && cause == Cause.NONE) {
      parts.group().freeze(true);
      usedNanos = runNanos();
      paused = true;
    }
  }

  @Override
  public synchronized void resume() {
    if (paused && !over) {
      parts.group().freeze(false);
      paused = false;
      resumedNanos = clock.nanoTime();
    }
  }

  @Override
  public synchronized long cpuNanos() {
    return over ? cpuNanos : parts.group().cpuNanos();
  }

  @Override
  public synchronized long memoryPeakBytes() {
    return over ? memoryPeakBytes : parts.group().memoryPeakBytes();
  }

  synchronized long throttledPeriods() {
    return over ? throttledPeriods : parts.group().throttledPeriods();
  }

  /// The processes of the program as this machine sees them, as far as they descend from it now.
  Set<ProcessHandle> processes() {
    Set<ProcessHandle> all = new HashSet<>(parts.process().descendants().toList());
    all.add(parts.process().toHandle());
    return all;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    kill();
    end.handle((_, _) -> null).join();
    List.<Closeable>of(stdin(), stdout(), stderr()).forEach(Attempt::closeQuietly);
    parts.cleanUp().run();
  }

  private static void closeQuietly(Closeable stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // what was to be written has no reader any more
    }
  }
}
