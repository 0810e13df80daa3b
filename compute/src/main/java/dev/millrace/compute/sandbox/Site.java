package dev.millrace.compute.sandbox;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a sandbox has set up on its machine: its files, its control groups, the thread that starts
/// processes. Thread-safe.
///
/// ```
/// <folder>/filter             the seccomp program
/// <folder>/groups             which control groups were made
/// <folder>/attempts/…         of attempts that are under way
/// <folder>/shown              what programs see; for root <a public folder>/TAG
/// ```
///
/// What a process that was killed left of it is removed at the next start.
final class Site implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Site.class);
  private static final int TAG_BYTES = 6;

  private final Path folder;
  private final Clock clock;
  private final MachineFacts facts;
  private final GroupsFinder finder;
  private final ControlGroups groups;
  private final Optional<ShownFiles> shown;
  private final Starter starter = new Starter();
  private final Set<Attempt> attempts = ConcurrentHashMap.newKeySet();
  private final AtomicLong names = new AtomicLong();
  private @Nullable WarmShells shells;

  private Site(Path folder, Clock clock, MachineFacts facts) throws IOException {
    this.folder = folder;
    this.clock = clock;
    this.facts = facts;
    Folders.remove(attemptsFolder());
    Files.createDirectories(
        attemptsFolder(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    this.finder = new GroupsFinder(facts, folder.resolve("groups"), groupsName(folder));
    this.groups = finder.open();
    this.shown = openShown();
    Optional<Architecture> architecture = architecture();
    if (architecture.isPresent()) {
      Files.write(filter(), SeccompFilter.bytes(architecture.get()));
    }
    LOG.info("event=sandbox-site folder={} groups=\"{}\"", folder, groups.detail());
  }

  /// @param folder for the sandbox's own files, made when it is missing; one sandbox at a time
  /// @throws MillraceException IO_ERROR when it cannot be written
  static Site open(Path folder, Clock clock, MachineFacts facts) {
    try {
      return new Site(folder.toAbsolutePath().normalize(), clock, facts);
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR,
          "sandbox folder " + folder + ": " + e.getMessage() + ": look at the disk and its rights",
          e);
    }
  }

  /// What the folders in the trees of control groups are called.
  static String groupsName(Path folder) {
    return "millrace-" + tag(folder);
  }

  /// Tells the folder from all others on this machine.
  private static String tag(Path folder) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(folder.toString().getBytes(StandardCharsets.UTF_8));
      return Text.hex(Arrays.copyOf(digest, TAG_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: every JDK has SHA-256", e);
    }
  }

  private Optional<ShownFiles> openShown() throws IOException {
    if (!facts.root()) {
      return Optional.of(ShownFiles.open(folder.resolve("shown"), false));
    }
    for (Path open : facts.publicFolders()) {
      try {
        if (!Files.isDirectory(open)) {
          Files.createDirectories(open);
          Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        if (ShownFiles.othersMayEnter(open)) {
          return Optional.of(ShownFiles.open(open.resolve(tag(folder)), true));
        }
      } catch (IOException e) {
        LOG.warn("event=shown-folder-unusable folder={} why=\"{}\"", open, e.getMessage());
      }
    }
    return Optional.empty();
  }

  MachineFacts facts() {
    return facts;
  }

  Clock clock() {
    return clock;
  }

  ControlGroups groups() {
    return groups;
  }

  Starter starter() {
    return starter;
  }

  /// Absent when root found no folder for it.
  Optional<ShownFiles> shown() {
    return shown;
  }

  Optional<Architecture> architecture() {
    return Architecture.named(facts.architecture());
  }

  Path folder() {
    return folder;
  }

  Path filter() {
    return folder.resolve("filter");
  }

  private Path attemptsFolder() {
    return folder.resolve("attempts");
  }

  /// Where the files of the attempt `name` begin.
  Path ofAttempt(String name, String suffix) {
    return attemptsFolder().resolve(name + suffix);
  }

  /// Makes something of one attempt.
  interface Preparation<T> {
    /// Makes and starts it.
    ///
    /// @param undo takes the steps that give back what was made
    T make(String name, ControlGroup group, Undo undo) throws IOException;
  }

  /// Gives an attempt its name and its control group. Nothing is left of one that fails.
  ///
  /// @throws MillraceException IO_ERROR, and what `preparation` throws
  <T> T prepare(Preparation<T> preparation) {
    Undo undo = new Undo();
    return undo.orUndo(() -> {
      String name = "a" + names.incrementAndGet();
      ControlGroup group = groups.make(name);
      undo.add(group::remove);
      return preparation.make(name, group, undo);
    });
  }

  /// The shells of this site, made once.
  synchronized WarmShells shells(Path shell) {
    WarmShells made = shells;
    if (made == null) {
      int most = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      made = new WarmShells(this, shell, most);
      shells = made;
    }
    return made;
  }

  private synchronized void closeShells() {
    if (shells != null) {
      shells.close();
    }
  }

  /// Keeps watch over an attempt from now until it is closed.
  Attempt watch(Attempt.Parts parts) {
    Attempt attempt = Attempt.watch(parts, clock);
    attempts.removeIf(Attempt::isClosed);
    attempts.add(attempt);
    return attempt;
  }

  /// Ends all attempts, and removes everything.
  @Override
  public void close() {
    closeShells();
    attempts.forEach(Attempt::close);
    starter.close();
    shown.ifPresent(ShownFiles::close);
    try {
      finder.close(groups);
      Files.deleteIfExists(filter());
      Files.deleteIfExists(attemptsFolder());
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      LOG.warn("event=sandbox-file-stays folder={} why=\"{}\"", folder, e.getMessage());
    }
  }
}
