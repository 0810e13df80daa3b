package dev.millrace.cli.local;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All files under a folder, in the order in which a bucket lists their keys, so that the two can
/// be compared in one pass. Holds one folder's names at each depth, never the whole tree. Symbolic
/// links are followed; a link that leads back to a folder above it is left out. Belongs to one
/// thread.
public final class LocalTree implements Iterator<LocalTree.Found> {
  /// What lies in a folder.
  public sealed interface Found {
    /// A file to store.
    ///
    /// @param key its path below the root, with `/`
    record File(String key, LocalFile file) implements Found {}

    /// Something that is no file and has no bytes to keep.
    record Skipped(Path path, String why) implements Found {}

    /// Something that could not be looked at or named.
    record Failed(MillraceException error) implements Found {}
  }

  private record Entry(String sortName, Found found, @Nullable Folder folder) {}

  private record Folder(Path path, String prefix, Object identity) {}

  private record Level(Folder folder, Iterator<Entry> entries) {}

  private final Deque<Level> levels = new ArrayDeque<>();
  private final Optional<Object> leftOut;
  private @Nullable Found next;

  /// @param home the node's own folder, which is left out: storing it would change it
  /// @throws MillraceException when `root` can't be listed
  public LocalTree(Path root, Path home) {
    try {
      leftOut = identity(home);
      BasicFileAttributes attributes = Files.readAttributes(root, BasicFileAttributes.class);
      enter(new Folder(root, "", identity(root, attributes)));
    } catch (IOException e) {
      throw LocalErrors.reading(root, e);
    }
  }

  @Override
  public boolean hasNext() {
    while (next == null && !levels.isEmpty()) {
      Level level = levels.getLast();
      if (!level.entries().hasNext()) {
        levels.removeLast();
        continue;
      }
      Entry entry = level.entries().next();
      if (entry.folder() == null) {
        next = entry.found();
      } else {
        next = descend(entry.folder());
      }
    }
    return next != null;
  }

  @Override
  public Found next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Found found = Objects.requireNonNull(next);
    next = null;
    return found;
  }

  private @Nullable Found descend(Folder folder) {
    for (Level level : levels) {
      if (level.folder().identity().equals(folder.identity())) {
        return new Found.Skipped(
            folder.path(), "a link that leads back to " + level.folder().path());
      }
    }
    if (leftOut.isPresent() && leftOut.get().equals(folder.identity())) {
      return new Found.Skipped(folder.path(), "the folder of Millrace itself");
    }
    try {
      enter(folder);
      return null;
    } catch (IOException e) {
      return new Found.Failed(LocalErrors.reading(folder.path(), e));
    }
  }

  private void enter(Folder folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder.path())) {
      for (Path child : children) {
        entries.add(look(folder, child));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort((left, right) -> KeyOrder.compare(left.sortName(), right.sortName()));
    levels.addLast(new Level(folder, entries.iterator()));
  }

  private static Entry look(Folder folder, Path child) {
    String name;
    try {
      name = PathNames.lastName(child);
    } catch (MillraceException e) {
      return new Entry("", new Found.Failed(e), null);
    }
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(child, BasicFileAttributes.class);
    } catch (IOException e) {
      return new Entry(name, new Found.Failed(unreadable(child, e)), null);
    }
    String key = folder.prefix() + name;
    if (attributes.isDirectory()) {
      try {
        Folder below = new Folder(child, key + "/", identity(child, attributes));
        return new Entry(name + "/", new Found.Skipped(child, "a folder"), below);
      } catch (IOException e) {
        return new Entry(name, new Found.Failed(LocalErrors.reading(child, e)), null);
      }
    }
    if (!attributes.isRegularFile()) {
      return new Entry(name, new Found.Skipped(child, SpecialFiles.describe(child)), null);
    }
    return new Entry(name, new Found.File(key, LocalFile.of(child, attributes)), null);
  }

  private static MillraceException unreadable(Path child, IOException cause) {
    if (Files.isSymbolicLink(child) && cause instanceof NoSuchFileException) {
      return new MillraceException(
          ErrorCode.NO_SUCH_FILE,
          child + ": a symbolic link to what does not exist: correct or remove the link",
          cause);
    }
    return LocalErrors.reading(child, cause);
  }

  private static Optional<Object> identity(Path home) throws IOException {
    return Files.isDirectory(home)
        ? Optional.of(identity(home, Files.readAttributes(home, BasicFileAttributes.class)))
        : Optional.empty();
  }

  private static Object identity(Path path, BasicFileAttributes attributes) throws IOException {
    Object key = attributes.fileKey();
    return key != null ? key : path.toRealPath();
  }
}
