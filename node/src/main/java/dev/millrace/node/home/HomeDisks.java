package dev.millrace.node.home;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The folders that hold a home's volumes: its own, those of the configuration, and those added
/// while running. The file `disks` lists all but the home's own that were ever in service, one path
/// a line.
public final class HomeDisks {
  private HomeDisks() {}

  /// All folders, the home's own first.
  public static List<Path> folders(Home home, List<Path> configured) {
    Set<Path> folders = new LinkedHashSet<>();
    folders.add(home.firstDisk());
    folders.addAll(configured);
    folders.addAll(remembered(home));
    return List.copyOf(folders);
  }

  /// Remembers a folder for the next start.
  public static void remember(Home home, Path folder) {
    List<Path> folders = new ArrayList<>(remembered(home));
    if (!folders.contains(folder)) {
      folders.add(folder);
      StringBuilder text = new StringBuilder();
      folders.forEach(line -> text.append(line).append('\n'));
      HomeFiles.writeAtomically(file(home), text.toString());
    }
  }

  /// The folders besides the home's own that hold its volumes.
  public static List<Path> remembered(Home home) {
    try {
      return Files.readAllLines(file(home)).stream()
          .filter(line -> !line.isBlank())
          .map(Path::of)
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw HomeFiles.failure("read", file(home), e);
    }
  }

  /// A path as a person gave it, absolute and without line breaks.
  ///
  /// @throws MillraceException INVALID_ARGUMENT
  public static Path checked(String path) {
    if (path.isBlank() || path.indexOf('\n') >= 0 || !Path.of(path).isAbsolute()) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "disk '" + path + "': not an absolute path: write it from the root");
    }
    return Path.of(path).normalize();
  }

  private static Path file(Home home) {
    return home.folder().resolve("disks");
  }
}
