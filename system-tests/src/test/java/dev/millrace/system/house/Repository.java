package dev.millrace.system.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The working tree that the tests run in, without what builds and tools leave there.
record Repository(Path root) {
  private static final Set<String> LEFT_OUT = Set.of("target", "node_modules");
  private static final Set<String> TEXT =
      Set.of("java", "md", "xml", "sh", "py", "toml", "proto", "html", "css", "jte", "properties");

  /// The tree around the working folder: the nearest folder that holds the launcher.
  static Repository here() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("millrace")) || !Files.exists(folder.resolve("check"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("no folder with the launcher above the working folder");
      }
      folder = parent;
    }
    return new Repository(folder);
  }

  /// Every Java file, parsed, in the order of paths.
  List<JavaSource> javaSources() {
    return files(path -> extension(path).equals("java")).stream()
        .map(path -> JavaSource.parse(name(path), text(path)))
        .toList();
  }

  List<Path> markdown() {
    return files(path -> extension(path).equals("md"));
  }

  /// Every file that people write: sources, pages, settings and scripts (which have no extension).
  List<Path> written() {
    return files(path -> TEXT.contains(extension(path)) || isScript(path));
  }

  String name(Path path) {
    return root.relativize(path).toString();
  }

  static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(path + " is not readable as UTF-8", e);
    }
  }

  private List<Path> files(Predicate<Path> wanted) {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              String name = String.valueOf(folder.getFileName());
              boolean tools = name.startsWith(".") && !name.equals(".ci");
              boolean leftOut = !folder.equals(root) && (tools || LEFT_OUT.contains(name));
              return leftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && wanted.test(file)) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Collections.sort(found);
    return found;
  }

  private static String extension(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static boolean isScript(Path path) {
    if (String.valueOf(path.getFileName()).contains(".")) {
      return false;
    }
    try (var in = Files.newInputStream(path)) {
      return in.read() == '#' && in.read() == '!';
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
