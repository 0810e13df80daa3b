package dev.millrace.compute.sandbox;

import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sandboxes that stand ready for attempts to come, with a shell inside that waits for what to
/// become. Setting one up takes the kernel some ten milliseconds (name spaces, mounts, a control
/// group), in which mostly nothing can be done but wait; so while one attempt runs, the sandbox for
/// the next is made. Thread-safe.
///
/// One is made in advance only when two attempts in a row had the same shape, as those of one job
/// have. So nothing is made before the first attempt, and jobs of different shapes that take turns
/// waste nothing.
final class ReadySandboxes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReadySandboxes.class);

  private final Function<Shape, Ready> maker;
  private final int most;
  private final Deque<Ready> ready = new ArrayDeque<>();
  private @Nullable Shape last;
  private boolean filling;
  private boolean awaited;
  private boolean closed;

  /// @param maker makes one; fails with a `MillraceException`
  /// @param most that may wait at a time; one for each two processors is enough
  ReadySandboxes(Function<Shape, Ready> maker, int most) {
    this.maker = maker;
    this.most = most;
  }

  /// What must be known before a sandbox is set up; all else goes to the shell inside.
  ///
  /// @param stamps what tells each file from what it was before a change
  record Shape(List<ReadOnlyFile> files, List<String> stamps, long scratchBytes) {
    Shape {
      files = List.copyOf(files);
      stamps = List.copyOf(stamps);
    }

    /// @throws MillraceException NO_SUCH_FILE, ACCESS_DENIED, INVALID_ARGUMENT for a file of the
    ///   order; IO_ERROR
    static Shape of(SandboxOrder order) {
      List<String> stamps =
          order.files().stream().map(file -> ShownFiles.stamp(file.host())).toList();
      return new Shape(order.files(), stamps, order.limits().scratchBytes());
    }
  }

  /// A sandbox whose shell waits for its orders, or will in a moment. Used once.
  ///
  /// @param undo ends it, and gives back all that belongs to it
  record Ready(
      Shape shape, Process process, ControlGroup group, StartScript.Files files, Undo undo) {
    /// Lets the shell become what is ordered.
    void go(SandboxOrder order) throws IOException {
      group.limit(order.limits());
      Files.writeString(files.orders(), StartScript.orders(order));
      try {
        process.getOutputStream().write(StartScript.GO);
        process.getOutputStream().flush();
      } catch (IOException e) {
        // It has ended, as a sandbox does that cannot be set up; its end says why.
      }
    }

    void end() {
      undo.run();
    }
  }

  /// Gives one away, and has another made.
  ///
  /// @throws MillraceException as `maker`
  Ready take(Shape shape) {
    Ready taken = poll(shape);
    return taken == null ? maker.apply(shape) : taken;
  }

  private synchronized @Nullable Ready poll(Shape shape) {
    boolean again = last == null || last.equals(shape);
    last = shape;
    if (again) {
      fill();
      awaitTheOneInTheMaking(shape);
    }
    Ready found = ready.stream().filter(this::fits).findFirst().orElse(null);
    if (found != null) {
      ready.remove(found);
      fill();
    }
    return found;
  }

  /// It is there sooner than one that is begun now. For one attempt: others make their own.
  private void awaitTheOneInTheMaking(Shape shape) {
    if (!awaited && ready.isEmpty()) {
      awaited = true;
      await(() -> !filling || !ready.isEmpty() || !shape.equals(last));
      awaited = false;
    }
  }

  /// Takes milliseconds; an interrupt is kept for the caller.
  private synchronized void await(BooleanSupplier enough) {
    boolean interrupted = false;
    while (!enough.getAsBoolean()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void fill() {
    if (!filling && isWanted()) {
      filling = true;
      Thread.ofVirtual().name("sandbox-ready").start(this::fillUp);
    }
  }

  private void fillUp() {
    try {
      for (Shape shape = next(); shape != null; shape = next()) {
        add(maker.apply(shape));
      }
    } catch (RuntimeException e) {
      // Attempts make their own, and say what is wrong.
      LOG.warn("event=no-sandbox-ready why=\"{}\"", e.getMessage());
      stopFilling();
    }
  }

  /// What to make now, when others of no use have been ended.
  private @Nullable Shape next() {
    Ready unfit = unfit();
    while (unfit != null) {
      unfit.end();
      unfit = unfit();
    }
    return wanted();
  }

  private synchronized @Nullable Ready unfit() {
    Ready found = ready.stream().filter(one -> !fits(one)).findFirst().orElse(null);
    if (found != null) {
      ready.remove(found);
    }
    return found;
  }

  private synchronized @Nullable Shape wanted() {
    filling = isWanted();
    notifyAll();
    return filling ? last : null;
  }

  private boolean isWanted() {
    return !closed && ready.stream().filter(this::fits).count() < most;
  }

  private boolean fits(Ready candidate) {
    return candidate.shape().equals(last) && candidate.process().isAlive();
  }

  private synchronized void stopFilling() {
    filling = false;
    notifyAll();
  }

  private synchronized void add(Ready made) {
    ready.add(made);
    notifyAll();
  }

  /// Ends all that wait.
  @Override
  public synchronized void close() {
    closed = true;
    await(() -> !filling); // nothing must be made after the end
    ready.forEach(Ready::end);
    ready.clear();
  }
}
