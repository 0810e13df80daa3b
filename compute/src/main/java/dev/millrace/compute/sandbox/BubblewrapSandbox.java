package dev.millrace.compute.sandbox;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.sandbox.SandboxReport.Property;
import dev.millrace.compute.sandbox.SandboxedStart.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sandbox of a Linux machine: bubblewrap for what a program sees, control groups for what it
/// uses, a seccomp filter for what it may ask of the kernel. Touches nothing on the machine before
/// its first use, and leaves nothing behind when it is closed. Thread-safe.
public final class BubblewrapSandbox implements Sandbox, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BubblewrapSandbox.class);

  /// How long an incomplete report is kept.
  private static final long RETEST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Path folder;
  private final Clock clock;
  private final MachineFacts facts;
  private final UnaryOperator<List<String>> weakened;

  private @Nullable Site site;
  private @Nullable SandboxedStart sandboxed;
  private @Nullable SandboxReport report;
  private long testedNanos;
  private boolean closed;

  /// A sandbox that is set up at its first use.
  ///
  /// @param folder for the sandbox's own files; no other sandbox may use it at the same time
  public BubblewrapSandbox(Path folder, Clock clock) {
    this(folder, clock, new SystemFacts(), UnaryOperator.identity());
  }

  /// @param weakened changes bubblewrap's options, so that a test can see the self-test fail
  BubblewrapSandbox(
      Path folder, Clock clock, MachineFacts facts, UnaryOperator<List<String>> weakened) {
    this.folder = folder;
    this.clock = clock;
    this.facts = facts;
    this.weakened = weakened;
  }

  @Override
  public synchronized SandboxReport report() {
    SandboxReport known = report;
    if (known != null && (known.complete() || clock.nanoTime() - testedNanos < RETEST_NANOS)) {
      return known;
    }
    SandboxReport made = test();
    report = made;
    testedNanos = clock.nanoTime();
    if (made.complete()) {
      LOG.info("event=sandbox-complete");
    } else {
      LOG.warn("event=sandbox-incomplete why=\"{}\"", made.refusal());
    }
    return made;
  }

  private SandboxReport test() {
    Optional<Path> shell = facts.tool("sh");
    Optional<Path> bubblewrap = facts.tool("bwrap");
    Optional<Path> setpriv = facts.root() ? facts.tool("setpriv") : Optional.empty();
    if (shell.isEmpty() || bubblewrap.isEmpty()) {
      return stopped(Trait.BUBBLEWRAP, "it is not installed", Remedies.INSTALL_BUBBLEWRAP);
    }
    if (facts.root() && setpriv.isEmpty()) {
      return stopped(
          Trait.PRIVILEGES,
          "setpriv, by which root gives up its rights, is not installed",
          Remedies.INSTALL_UTIL_LINUX);
    }
    if (Architecture.named(facts.architecture()).isEmpty()) {
      return stopped(
          Trait.SYSTEM_CALLS,
          "no filter for the architecture " + facts.architecture(),
          "run programs on a node with x86-64 or AArch64");
    }
    Site open = site();
    if (open.shown().isEmpty()) {
      return stopped(
          Trait.HOST_FILES,
          "none of " + facts.publicFolders() + " can be made and entered by all",
          "let root make one of them");
    }
    SandboxedStart start = sandboxed;
    if (start == null) {
      start =
          sandboxed(open, open.shown().get(), shell.get(), new Tools(bubblewrap.get(), setpriv));
      sandboxed = start;
    }
    return new SelfTest(open, start).run();
  }

  private SandboxedStart sandboxed(Site open, ShownFiles shown, Path shell, Tools tools) {
    try {
      HostView view = HostView.of(Path.of("/"));
      return new SandboxedStart(open, shown, view, open.shells(shell), tools, weakened);
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "folders of this machine: " + e + ": look at the disk", e);
    }
  }

  private static SandboxReport stopped(Trait trait, String detail, String remedy) {
    return SandboxReport.stoppedAt(List.of(), Property.missing(trait.title(), detail, remedy));
  }

  /// Ends and removes now, rather than at the first use, what a process that was killed left in the
  /// folder and elsewhere on the machine.
  public synchronized void removeRemains() {
    if (Files.exists(folder)) {
      try {
        site();
      } catch (MillraceException e) {
        LOG.warn("event=sandbox-remains-stay why=\"{}\"", e.getMessage());
      }
    }
  }

  private synchronized Site site() {
    if (closed) {
      throw new MillraceException(
          ErrorCode.UNAVAILABLE, "sandbox: it is closed: start the node again");
    }
    Site open = site;
    if (open == null) {
      open = Site.open(folder, clock, facts);
      site = open;
    }
    return open;
  }

  @Override
  public Running start(SandboxOrder order) {
    if (order.unsandboxed()) {
      Path shell = facts.tool("sh").orElse(Path.of("/bin/sh"));
      return foreign(order).orElseGet(() -> new PlainStart(site(), shell).start(order));
    }
    SandboxedStart start = complete();
    return foreign(order).orElseGet(() -> start.start(order));
  }

  private synchronized SandboxedStart complete() {
    SandboxReport found = report();
    SandboxedStart start = sandboxed;
    if (!found.complete() || start == null) {
      throw new MillraceException(ErrorCode.SANDBOX_INCOMPLETE, found.refusal());
    }
    site(); // refuses when closed
    return start;
  }

  /// A shipped program of another machine has ended already.
  private Optional<Running> foreign(SandboxOrder order) {
    String program = order.command().getFirst();
    Optional<Architecture> here = Architecture.named(facts.architecture());
    for (ReadOnlyFile file : order.files()) {
      if (here.isPresent() && file.inside().equals(program)) {
        try {
          return ForeignBinary.platform(file.host(), here.get())
              .map(platform ->
                  new NeverStarted(
                      "program '"
                          + program
                          + "': exec format error, it is for "
                          + platform
                          + ": ship one for Linux on "
                          + facts.architecture()));
        } catch (IOException e) {
          return Optional.empty(); // whoever shows the file says what is wrong with it
        }
      }
    }
    return Optional.empty();
  }

  /// Kills what still runs, and removes everything that was made on the machine.
  @Override
  public synchronized void close() {
    closed = true;
    Site open = site;
    if (open != null) {
      site = null;
      open.close();
    }
  }
}
