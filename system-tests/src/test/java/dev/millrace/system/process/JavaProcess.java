package dev.millrace.system.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A class of the tests with a `main`, run in a process of its own.
public final class JavaProcess {
  private JavaProcess() {}

  /// Starts it.
  ///
  /// @param errors where its standard error is appended
  public static Process start(Class<?> main, Path errors, List<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
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
