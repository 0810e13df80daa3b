package dev.millrace.cli.local;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// The folder into which keys are written as paths. A key that would lead out of it, or that no
/// file system can hold, is refused. Keys come in listing order; belongs to one thread.
public final class KeyFolder {
  private final Path root;
  private final Path realRoot;
  // Keys before this one that it begins with: the only ones that can be file where it needs a
  // folder.
  private final Deque<String> begunWith = new ArrayDeque<>();
  private Path lastParent;

  /// Makes the folder when it isn't there.
  public KeyFolder(Path root) {
    try {
      if (Files.exists(root) && !Files.isDirectory(root)) {
        throw new MillraceException(
            ErrorCode.INVALID_ARGUMENT,
            root + ": a file has this name, and a folder is needed: choose another");
      }
      this.root = Files.isDirectory(root) ? root : Files.createDirectories(root);
      this.realRoot = root.toRealPath();
      this.lastParent = root;
    } catch (IOException e) {
      throw LocalErrors.writing(root, e);
    }
  }

  /// Where the file of a key goes; the folders above it are made.
  ///
  /// @param key its name below the root
  /// @throws MillraceException INVALID_KEY when it can't be a path below the root, or when an
  ///   earlier key or a local file stands where it needs a folder
  public Path place(String key) {
    String[] names = key.split("/", -1);
    for (String name : names) {
      refuse(key, name);
    }
    while (!begunWith.isEmpty() && !key.startsWith(begunWith.getLast())) {
      begunWith.removeLast();
    }
    for (String file : begunWith) {
      if (key.startsWith(file + "/")) {
        throw refused(
            key, "'" + file + "' is a key too, and a file can't be a folder: get it by itself");
      }
    }
    Path target = PathNames.parse(parent(key, names), names[names.length - 1]);
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(key, "a folder stands at " + target + ": get it by itself with -o FILE");
    }
    begunWith.addLast(key);
    return target;
  }

  /// Makes the folder that a key with a slash at its end stands for; nothing for an empty key.
  public void make(String key) {
    String[] names = key.split("/", -1);
    for (int i = 0; i < names.length - 1; i++) {
      refuse(key, names[i]);
    }
    make(key, names);
  }

  private static void refuse(String key, String name) {
    switch (name) {
      case "" ->
          throw refused(key, "an empty name between slashes is no path: get it with -o FILE");
      case ".", ".." ->
          throw refused(key, "'" + name + "' would lead out of the folder: get it with -o FILE");
      default -> {}
    }
  }

  private Path parent(String key, String[] names) {
    Path parent = root;
    for (int i = 0; i < names.length - 1; i++) {
      parent = PathNames.parse(parent, names[i]);
    }
    if (!parent.equals(lastParent)) {
      make(key, names);
      lastParent = parent;
    }
    return parent;
  }

  private void make(String key, String[] names) {
    Path folder = root;
    for (int i = 0; i < names.length - 1; i++) {
      folder = PathNames.parse(folder, names[i]);
      try {
        if (Files.isSymbolicLink(folder) && !folder.toRealPath().startsWith(realRoot)) {
          throw refused(key, folder + " is a link that leads out of the folder: remove the link");
        }
        if (!Files.isDirectory(folder)) {
          if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(key, folder + " is a file, and a folder is needed: move it away");
          }
          Files.createDirectory(folder);
        }
      } catch (IOException e) {
        throw LocalErrors.writing(folder, e);
      }
    }
  }

  private static MillraceException refused(String key, String why) {
    return new MillraceException(ErrorCode.INVALID_KEY, "key '" + key + "': " + why);
  }
}
