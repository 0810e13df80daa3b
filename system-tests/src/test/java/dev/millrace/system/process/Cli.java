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

  /// A shell has what it runs in the background ignore SIGINT, and its children inherit that.
  private static final List<String> HEARS_INTERRUPTS = List.of("env", "--default-signal=INT");

  private static final Path LAUNCHER = Path.of("..", "millrace").toAbsolutePath().normalize();

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
    ProcessBuilder builder = builder(words(arguments));
    builder.environment().putAll(environment);
    return run(builder);
  }

  /// Runs the words as a shell's script does, with `$MILLRACE` for the command line.
  public Result shell(String script) throws IOException, InterruptedException {
    ProcessBuilder builder = builder(List.of("bash", "-o", "pipefail", "-c", script));
    builder.environment().put("MILLRACE", LAUNCHER.toString());
    return run(builder);
  }

  private Result run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path out = Files.createTempFile(work, "out", "");
    Path err = Files.createTempFile(work, "err", "");
    try {
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
          throw new IOException(builder.command() + ": no end: " + Files.readString(err));
        }
      } finally {
        process.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Result(process.exitValue(), text(out), text(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /// What is not UTF-8 is shown as such; tests compare bytes in files.
  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8);
  }

  /// Begins a command.
  public Process start(String... arguments) throws IOException {
    return builder(words(arguments)).start();
  }

  /// The words that run a command, for a shell or another program to run it.
  public List<String> words(String... arguments) {
    List<String> command = new ArrayList<>(HEARS_INTERRUPTS);
    command.addAll(wrapper);
    command.add(LAUNCHER.toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /// A process of these words in this one's surroundings.
  public ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().put("MILLRACE_HOME", home.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }
}
