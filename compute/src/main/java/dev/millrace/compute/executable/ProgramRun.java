package dev.millrace.compute.executable;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.compute.sandbox.Running;
import dev.millrace.compute.sandbox.SandboxEnd;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One run of a program: three threads carry its input, its output and what it says; the task's own
/// thread watches, so that a cancelled task ends however the program behaves.
final class ProgramRun {
  private static final int PIPE_BYTES = (int) (64 * ByteUnits.KIB);
  private static final long LOOK_MILLIS = 20;

  /// Where a program's input comes from.
  @FunctionalInterface
  interface Feed {
    /// Writes all of it. Does so on a thread of its own.
    void to(OutputStream stdin) throws IOException;
  }

  /// Where a program's output goes.
  @FunctionalInterface
  interface Sink {
    /// Reads all of it. Does so on a thread of its own.
    void from(InputStream stdout) throws IOException;
  }

  private final Running running;
  private final TaskContext context;
  private final long outputBytes;
  private final LastLine lastLine = new LastLine();
  private final CountDownLatch carried = new CountDownLatch(3);

  /// What ended the run from our side.
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  private volatile boolean tooMuch;

  /// @param outputBytes that it may write
  ProgramRun(Running running, TaskContext context, long outputBytes) {
    this.running = running;
    this.context = context;
    this.outputBytes = outputBytes;
  }

  /// How it ended.
  ///
  /// @param wroteTooMuch whether it was ended because it wrote more than it may
  /// @param lastLine the last thing that it said on standard error
  record Ended(SandboxEnd end, boolean wroteTooMuch, String lastLine) {}

  /// Runs to the end.
  ///
  /// @throws MillraceException CANCELLED; what reading the input or writing the output fails with
  Ended run(Feed feed, Sink sink) {
    try {
      carry("stdin", () -> feed(feed));
      carry("stdout", () -> sink.from(new Metered(running.stdout())));
      carry("stderr", this::listen);
      context.accompanied(new ProgramCompanion(running), this::watch);
      throwFailure();
      return new Ended(running.await(), tooMuch, lastLine.text());
    } catch (IOException e) {
      throw new IllegalStateException("bug: watching does no I/O", e);
    } finally {
      running.close();
      awaitCarriers();
    }
  }

  private void watch() {
    try {
      boolean ended = false;
      while (!ended) {
        context.check();
        throwFailure();
        ended = carried.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("bug: nobody interrupts a task", e);
    }
  }

  private void throwFailure() {
    RuntimeException why = failure.get();
    if (why != null) {
      throw why;
    }
  }

  // What they use belongs to the task, which goes on or ends after this.
  private void awaitCarriers() {
    boolean interrupted = false;
    while (true) {
      try {
        carried.await();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Carrier {
    void run() throws IOException;
  }

  private void carry(String name, Carrier carrier) {
    Thread.ofPlatform()
        .daemon()
        .name("program-" + name)
        .start(() -> {
          try {
            carrier.run();
          } catch (IOException e) {
            // A pipe that broke: the program has ended, or closed it; its end says the rest.
          } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            running.kill();
          } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            failure.compareAndSet(null, new IllegalStateException("bug: " + name + ": " + e, e));
            running.kill();
          } finally {
            carried.countDown();
          }
        });
  }

  private void feed(Feed feed) throws IOException {
    try (OutputStream stdin = running.stdin()) {
      feed.to(stdin);
    }
  }

  /// Ends the program when it writes more than it may; what it writes then is not passed on.
  private final class Metered extends FilterInputStream {
    private long passed;

    Metered(InputStream stdout) {
      super(stdout);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int n = super.read(target, offset, length);
      passed += Math.max(0, n);
      if (passed > outputBytes) {
        tooMuch = true;
        running.kill();
        return -1;
      }
      return n;
    }

    // By reading, so that it counts.
    @Override
    public long skip(long bytes) throws IOException {
      int n = read(new byte[Math.clamp(bytes, 0, PIPE_BYTES)]);
      return Math.max(0, n);
    }
  }

  /// Passes all of it on as it is.
  static void copy(InputStream stdout, OutputStream output) throws IOException {
    byte[] buffer = new byte[PIPE_BYTES];
    for (int n = stdout.read(buffer); n >= 0; n = stdout.read(buffer)) {
      write(output, buffer, n);
    }
  }

  /// Writes to a task's output, whose failures are no broken pipe.
  static void write(OutputStream output, byte[] bytes, int length) {
    try {
      output.write(bytes, 0, length);
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "output of a program: " + e.getMessage() + ": run it again", e);
    }
  }

  private void listen() throws IOException {
    byte[] buffer = new byte[PIPE_BYTES];
    InputStream stderr = running.stderr();
    for (int n = stderr.read(buffer); n >= 0; n = stderr.read(buffer)) {
      context.log(buffer, 0, n);
      lastLine.add(buffer, n);
    }
  }
}
