package dev.millrace.compute.sandbox;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Host files where the user that programs run as can open them. For an ordinary user that is where
/// they are. Root's programs run as a user without rights, who cannot look into root's folders:
/// what that user cannot reach is copied, once, into a folder that only its group may enter.
///
/// A copy is named after the file's identity, size and times, so a file that was changed is copied
/// anew. Copies that nobody uses are removed when there are too many, and all of them at the end.
/// Thread-safe.
final class ShownFiles {
  /// Copies that are kept though nobody uses them.
  static final int MOST_IDLE = 32;

  private static final String PASSWD =
      "user:x:" + RunAs.INSIDE + ":" + RunAs.INSIDE + "::/tmp:/bin/sh\n";
  private static final String GROUP = "user:x:" + RunAs.INSIDE + ":\n";

  private final Path folder;
  private final boolean copies;
  private final Map<Path, Copy> copied = new HashMap<>();
  private long uses;

  /// A copy in use by `users` attempts, last taken as number `use`.
  private record Copy(int users, long use) {}

  private ShownFiles(Path folder, boolean copies) {
    this.folder = folder;
    this.copies = copies;
  }

  /// @param folder made by this method, emptied when it is there
  /// @param copies whether this process is root
  static ShownFiles open(Path folder, boolean copies) throws IOException {
    Folders.remove(folder);
    Path parent = folder.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectory(folder, mode("rwx------"));
    ShownFiles files = new ShownFiles(folder, copies);
    Files.writeString(files.passwd(), PASSWD);
    Files.writeString(files.group(), GROUP);
    files.open(files.passwd(), "r--r-----");
    files.open(files.group(), "r--r-----");
    files.open(folder, "rwx--x---");
    return files;
  }

  private static FileAttribute<Set<PosixFilePermission>> mode(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private void open(Path file, String mode) throws IOException {
    if (copies) {
      Files.setAttribute(file, "unix:gid", RunAs.OUTSIDE, LinkOption.NOFOLLOW_LINKS);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  Path folder() {
    return folder;
  }

  Path passwd() {
    return folder.resolve("passwd");
  }

  Path group() {
    return folder.resolve("group");
  }

  /// Where the program's user can open `host`, until [#release] of the result.
  ///
  /// @throws MillraceException NO_SUCH_FILE, ACCESS_DENIED, INVALID_ARGUMENT, IO_ERROR
  synchronized Path show(Path host) {
    Map<String, Object> facts = check(host);
    int mode = facts.get("mode") instanceof Integer bits ? bits : 0;
    try {
      if (!copies || isOpenToAll(host, mode)) {
        return host;
      }
      Path copy = folder.resolve(nameOf(facts));
      Copy known = copied.get(copy);
      if (known == null) {
        copy(host, copy, (mode & 0100) != 0);
      }
      copied.put(copy, new Copy(known == null ? 1 : known.users() + 1, ++uses));
      return copy;
    } catch (NoSuchFileException e) {
      throw gone(host, e);
    } catch (IOException e) {
      throw failure(
          ErrorCode.IO_ERROR, host, String.valueOf(e.getMessage()), "look at the disk", e);
    }
  }

  /// The facts of a file that can be shown. A link is none: it would show what it points at, by the
  /// rights of this process.
  ///
  /// @throws MillraceException NO_SUCH_FILE, ACCESS_DENIED, INVALID_ARGUMENT, IO_ERROR
  static Map<String, Object> check(Path host) {
    Map<String, Object> facts;
    try {
      facts =
          Files.readAttributes(
              host,
              "unix:dev,ino,size,mode,lastModifiedTime,ctime,isRegularFile",
              LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw gone(host, e);
    } catch (IOException e) {
      throw failure(
          ErrorCode.IO_ERROR, host, String.valueOf(e.getMessage()), "look at the disk", e);
    }
    if (!Boolean.TRUE.equals(facts.get("isRegularFile"))) {
      throw failure(ErrorCode.INVALID_ARGUMENT, host, "not a regular file", "ship a file", null);
    }
    if (!Files.isReadable(host)) {
      throw failure(ErrorCode.ACCESS_DENIED, host, "not readable", "let this user read it", null);
    }
    return facts;
  }

  private static MillraceException gone(Path host, IOException cause) {
    return failure(ErrorCode.NO_SUCH_FILE, host, "it is not there", "ship it again", cause);
  }

  private static MillraceException failure(
      ErrorCode code, Path file, String why, String remedy, @Nullable Throwable cause) {
    return new MillraceException(code, "program file " + file + ": " + why + ": " + remedy, cause);
  }

  /// What tells a file from any other, and from itself when it was changed.
  private static String nameOf(Map<String, Object> facts) {
    return Stream.of("dev", "ino", "size", "lastModifiedTime", "ctime")
        .map(name ->
            facts.get(name) instanceof FileTime time
                ? Long.toString(time.to(TimeUnit.NANOSECONDS))
                : String.valueOf(facts.get(name)))
        .collect(Collectors.joining("-"));
  }

  /// True when all can read the file, execute it when its owner can, and enter all its folders.
  private static boolean isOpenToAll(Path host, int mode) throws IOException {
    if ((mode & 0004) == 0 || ((mode & 0100) != 0 && (mode & 0001) == 0)) {
      return false;
    }
    Path folder = host.getParent();
    return folder == null || othersMayEnter(folder);
  }

  /// True when all users may enter a folder, and those above it.
  static boolean othersMayEnter(Path folder) throws IOException {
    for (Path at = folder.toRealPath(); at != null; at = at.getParent()) {
      if (((int) Files.getAttribute(at, "unix:mode") & 0001) == 0) {
        return false;
      }
    }
    return true;
  }

  private void copy(Path host, Path copy, boolean executable) throws IOException {
    Path fresh = folder.resolve("fresh");
    Files.deleteIfExists(fresh);
    Files.copy(host, fresh, LinkOption.NOFOLLOW_LINKS);
    if (!Files.isRegularFile(fresh, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(host.toString()); // it became something else this moment
    }
    open(fresh, executable ? "r-xr-x---" : "r--r-----");
    Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Ends a use of what [#show] gave.
  synchronized void release(Path shown) {
    Copy copy = copied.get(shown);
    if (copy == null) {
      return; // not a copy
    }
    copied.put(shown, new Copy(copy.users() - 1, copy.use()));
    long idle = copied.values().stream().filter(other -> other.users() == 0).count();
    if (idle > MOST_IDLE) {
      copied.entrySet().stream()
          .filter(entry -> entry.getValue().users() == 0)
          .min(Comparator.comparingLong(entry -> entry.getValue().use()))
          .ifPresent(oldest -> remove(oldest.getKey()));
    }
  }

  private void remove(Path copy) {
    copied.remove(copy);
    try {
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      // removed with the folder at the end
    }
  }

  /// Removes the folder, and the one above it that copies share when it is empty then.
  void close() {
    Folders.remove(folder);
    Path above = folder.getParent();
    if (copies && above != null) {
      try {
        Files.deleteIfExists(above);
      } catch (IOException e) {
        // another sandbox has its folder there
      }
    }
  }
}
