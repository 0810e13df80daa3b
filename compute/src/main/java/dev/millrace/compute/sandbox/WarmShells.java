package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shells that wait inside fresh control groups, for attempts to come. Joining a group takes the
/// kernel up to ten milliseconds (it waits for all processors to come by), which is as much as all
/// the rest of a start; so while one attempt runs, the shell for the next one is made. None is made
/// before the first attempt. Thread-safe.
final class WarmShells implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmShells.class);
  private static final Path ROOT = Path.of("/");

  private final Site site;
  private final Path shell;
  private final int most;
  private final Deque<Shell> ready = new ArrayDeque<>();
  private boolean filling;
  private boolean closed;

  /// @param most shells that may wait at a time; one for each two processors is enough
  WarmShells(Site site, Path shell, int most) {
    this.site = site;
    this.shell = shell;
    this.most = most;
  }

  /// A shell that waits for its orders, or will in a moment. Used once.
  ///
  /// @param undo ends it, and gives back all that belongs to it
  record Shell(Process process, ControlGroup group, StartScript.Files files, Undo undo) {
    /// Lets it become `command`, inside `limits`.
    void go(SandboxLimits limits, byte[] options, List<String> command) throws IOException {
      group.limit(limits);
      Files.write(files.options(), options);
      Files.writeString(files.orders(), StartScript.orders(files, limits, command));
      process.getOutputStream().write(StartScript.GO.getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    }
  }

  Path shell() {
    return shell;
  }

  /// Gives one away, and has another made.
  Shell take() {
    Shell taken = poll();
    fill();
    return taken == null ? make() : taken;
  }

  private synchronized @Nullable Shell poll() {
    Shell shell = ready.poll();
    while (shell != null && !shell.process().isAlive()) {
      shell.undo().run(); // somebody killed it
      shell = ready.poll();
    }
    return shell;
  }

  private Shell make() {
    return site.prepare((name, group, undo) -> {
      StartScript.Files files =
          new StartScript.Files(
              site.ofAttempt(name, ".sh"),
              site.ofAttempt(name, ".status"),
              site.ofAttempt(name, ".options"),
              site.filter());
      undo.remove(files.orders());
      undo.remove(files.status());
      undo.remove(files.options());
      Process process =
          site.starter().start(StartScript.waiting(shell, group, files), Map.of(), ROOT);
      undo.add(() -> end(process));
      return new Shell(process, group, files, undo);
    });
  }

  private static void end(Process process) {
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true; // it is dying: the group can be removed only afterwards
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void fill() {
    if (!filling && !closed && ready.size() < most) {
      filling = true;
      Thread.ofVirtual().name("sandbox-warm").start(this::fillUp);
    }
  }

  private void fillUp() {
    try {
      while (isWanted()) {
        add(make());
      }
    } catch (RuntimeException e) {
      // Attempts make their own, and say what is wrong.
      LOG.warn("event=no-warm-shell why=\"{}\"", e.getMessage());
      stopFilling();
    }
  }

  private synchronized boolean isWanted() {
    filling = !closed && ready.size() < most;
    notifyAll();
    return filling;
  }

  private synchronized void stopFilling() {
    filling = false;
    notifyAll();
  }

  private synchronized void add(Shell shell) {
    ready.add(shell);
  }

  /// Ends all that wait.
  @Override
  public synchronized void close() {
    closed = true;
    boolean interrupted = false;
    while (filling) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // kept for the caller; nothing must be made after the end
      }
    }
    ready.forEach(shell -> shell.undo().run());
    ready.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
