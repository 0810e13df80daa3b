package dev.millrace.compute.sandbox;

import dev.millrace.base.Clock;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/// Java processes with the sandbox's classes, which may belong to another user.
final class ChildJvm {
  private final Path folder;
  private final String classPath;

  /// @param folder takes copies of the classes, so that any user can read them
  ChildJvm(Path folder) {
    this.folder = folder;
    Set<Path> copies = new LinkedHashSet<>();
    for (Class<?> type :
        List.of(BubblewrapSandbox.class, ChildJvm.class, Clock.class, LoggerFactory.class)) {
      copies.add(copy(origin(type), folder.resolve("classes" + copies.size())));
    }
    classPath = String.join(File.pathSeparator, copies.stream().map(Path::toString).toList());
  }

  private static Path origin(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Path copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = from.equals(file) ? to : to.resolve(from.relativize(file).toString());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        boolean isFolder = Files.isDirectory(target);
        Files.setPosixFilePermissions(
            target, PosixFilePermissions.fromString(isFolder ? "rwxr-xr-x" : "rw-r--r--"));
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts the `main` of `type`.
  ///
  /// @param before what becomes it, such as `setpriv`; may be empty
  Process start(List<String> before, Class<?> type, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-cp", classPath, type.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
