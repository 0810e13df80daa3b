package dev.millrace.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The process's own terminal. On SIGINT or SIGTERM it tells the command to stop and lets the JVM
/// end when the command has, or after the grace period. A command that was stopped half-way ends
/// with the signal's status (128 and its number); one that did all it should, as a node that is
/// asked to stop and does, with 0.
final class SystemTerminal {
  /// How long an interrupted command may take to clean up; a person is promised 2 s in all.
  static final long GRACE_MILLIS = 1800;

  private final List<Runnable> actions = new CopyOnWriteArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int status = CommandLine.FAILED;
  private volatile boolean stopping;

  /// Runs a command line and gives its exit status; interrupts are heard while it runs. Does not
  /// return when there was one: the JVM is ending then, with the signal's status.
  int run(String[] args, NodeAccess access) {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("interrupt").unstarted(this::interrupted));
    try {
      status = CommandLine.run(args, access, terminal());
      return status;
    } finally {
      ended.countDown();
      while (stopping) {
        LockSupport.park();
      }
    }
  }

  private Terminal terminal() {
    Path workingDirectory = Path.of("").toAbsolutePath();
    return new Terminal(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        new Terminal.Surroundings(
            System.getenv(), workingDirectory, ZoneId::systemDefault, errIsTerminal()),
        this::on);
  }

  private Terminal.Registration on(Runnable action) {
    actions.add(action);
    return () -> actions.remove(action);
  }

  // The shutdown hook: also runs, and does nothing, when the command ended by itself.
  private void interrupted() {
    if (ended.getCount() == 0) {
      return;
    }
    stopping = true;
    for (Runnable action : actions) {
      action.run();
    }
    try {
      boolean cleaned = ended.await(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      if (!cleaned || status == CommandLine.DONE) {
        Runtime.getRuntime().halt(status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // A look at the descriptor costs less than the first foreign call to isatty.
  private static boolean errIsTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
  }
}
