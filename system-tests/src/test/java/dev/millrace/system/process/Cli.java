package dev.millrace.system.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The command line over one home, each command a process of its own.
///
/// @param home `MILLRACE_HOME`
/// @param work where commands run and their output is kept
/// @param wrapper words before the command, as in `strace -f …`
public record Cli(Path home, Path work, List<String> wrapper) {
  private static final int COMMAND_SECONDS = 240;

  public Cli {
    wrapper = List.copyOf(wrapper);
  }

  public static Cli of(Path home, Path work) {
    return new Cli(home, work, List.of());
  }

  public Cli wrappedBy(String... words) {
    return new Cli(home, work, List.of(words));
  }

  /// What a command did.
  public record Result(int status, String out, String err) {
    /// Standard error as one line, as every failure has it.
    public String errorLine() {
      return err.strip();
    }
  }

  /// Runs a command to its end.
  public Result run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), arguments);
  }

  /// Runs a command with further variables in its environment.
  public Result run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(work, "out", "");
    Path err = Files.createTempFile(work, "err", "");
    try {
      ProcessBuilder builder = builder(arguments);
      builder.environment().putAll(environment);
      Process process =
          builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", arguments) + ": no end: " + Files.readString(err));
      }
      return new Result(
          process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /// Begins a command.
  public Process start(String... arguments) throws IOException {
    return builder(arguments).start();
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.millrace.node.Main"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().put("MILLRACE_HOME", home.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder;
  }
}
