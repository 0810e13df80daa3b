package dev.millrace.node.home;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// A node's own folder (`MILLRACE_HOME`), opened by one process at a time.
///
/// ```
/// millrace.toml   configuration, optional
/// home            this home's format and node id
/// lock            held while a process has the home open
/// node            address of the running node, while one runs
/// socket          the API for commands on this machine, while a node runs
/// token           the API's bearer token, mode 0600
/// keys/master     master keys, mode 0600
/// catalog/        Raft log, snapshots, RocksDB
/// disk/           the first disk: volumes
/// plugins/        jars of instructions, optional
/// plugin-jobs     what is remembered of their jobs from one start to the next
/// programs/       files that were shipped with programs, out of the store
/// sandbox/        while programs of others run here
/// logs/           millrace.log and older ones
/// ```
public final class Home implements AutoCloseable {
  /// Format of the whole folder. A home of a later format is refused.
  static final int FORMAT = 1;

  private final Path folder;
  private final NodeId node;
  private final HomeLock lock;

  private Home(Path folder, NodeId node, HomeLock lock) {
    this.folder = folder;
    this.node = node;
    this.lock = lock;
  }

  /// Opens the home, making it when the folder is empty or missing.
  ///
  /// @return empty when another process has it open
  /// @throws MillraceException HOME_VERSION, ACCESS_DENIED, READ_ONLY, IO_ERROR
  public static Optional<Home> open(Path folder, IdSource ids) {
    HomeFiles.makePrivateFolder(folder);
    Optional<HomeLock> lock = HomeLock.acquire(folder.resolve("lock"));
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Home(folder, identity(folder, ids), lock.get()));
    } catch (RuntimeException e) {
      lock.get().close();
      throw e;
    }
  }

  private static NodeId identity(Path folder, IdSource ids) {
    Path file = folder.resolve("home");
    try {
      return parse(file, Files.readString(file));
    } catch (NoSuchFileException e) {
      if (Files.exists(folder.resolve("catalog"))) {
        throw new MillraceException(
            ErrorCode.HOME_VERSION,
            "home " + folder + ": it has a catalog but no file 'home': restore that file",
            e);
      }
      NodeId node = new NodeId(ids.timeOrdered());
      HomeFiles.writeAtomically(file, "millrace home " + FORMAT + "\nnode " + node + "\n");
      return node;
    } catch (IOException e) {
      throw HomeFiles.failure("read", file, e);
    }
  }

  private static NodeId parse(Path file, String text) {
    String[] lines = text.split("\n", -1);
    String[] format = lines[0].split(" ", -1);
    if (format.length != 3 || !lines[0].startsWith("millrace home ")) {
      throw new MillraceException(
          ErrorCode.HOME_VERSION,
          "home file " + file + ": not a Millrace home: choose another MILLRACE_HOME");
    }
    if (!format[2].equals(Integer.toString(FORMAT))) {
      throw new MillraceException(
          ErrorCode.HOME_VERSION,
          "home "
              + file.getParent()
              + ": its format is "
              + Text.printable(format[2])
              + " and this Millrace reads "
              + FORMAT
              + ": use the Millrace that made it, or a newer one");
    }
    if (lines.length < 2 || !lines[1].startsWith("node ")) {
      throw new MillraceException(
          ErrorCode.HOME_VERSION,
          "home file " + file + ": its second line names no node: restore the file");
    }
    try {
      return NodeId.parse(lines[1].substring("node ".length()));
    } catch (MillraceException e) {
      throw new MillraceException(
          ErrorCode.HOME_VERSION,
          "home file " + file + ": its second line names no node: restore the file",
          e);
    }
  }

  public Path folder() {
    return folder;
  }

  public NodeId node() {
    return node;
  }

  public Path catalog() {
    return folder.resolve("catalog");
  }

  public Path masterKeys() {
    return folder.resolve("keys").resolve("master");
  }

  public Path plugins() {
    return folder.resolve("plugins");
  }

  public Path firstDisk() {
    return folder.resolve("disk");
  }

  /// Where the sandbox has its own files.
  public Path sandbox() {
    return folder.resolve("sandbox");
  }

  /// Lets another process open the home.
  @Override
  public void close() {
    lock.close();
  }
}
