package dev.millrace.system.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A class of the tests with a `main`, run in a process of its own.
public final class JavaProcess {
  private JavaProcess() {}

  /// Starts it. What the one before it, if it was killed, left in the folder for temporary files
  /// (libraries of 17 MB) is removed: one at a time with the same `errors`.
  ///
  /// @param errors where its standard error is appended; its temporary files lie beside
  public static Process start(Class<?> main, Path errors, List<String> arguments)
      throws IOException {
    Path temporary = errors.resolveSibling("temporary");
    LoopDisk.run("rm", "-rf", temporary.toString());
    Files.createDirectory(temporary);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
        .start();
  }

  /// Ends a process by `kill -9`. Not [Process#destroyForcibly], which closes the output that is
  /// still being read.
  public static void kill(Process process) {
    process.toHandle().destroyForcibly();
  }
}
