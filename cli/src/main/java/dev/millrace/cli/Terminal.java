package dev.millrace.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What a command meets around it: the streams, the environment, and the person who may interrupt.
///
/// @param out carries results only
/// @param err carries errors, one line each, and progress
public record Terminal(
    InputStream in,
    OutputStream out,
    OutputStream err,
    Surroundings surroundings,
    Interrupts interrupts) {

  /// The process's surroundings.
  ///
  /// @param localZone asked only where a time is shown: the first question opens every jar
  /// @param errIsTerminal whether a person sees standard error
  public record Surroundings(
      Map<String, String> environment,
      Path workingDirectory,
      Supplier<ZoneId> localZone,
      boolean errIsTerminal) {
    public Surroundings {
      environment = Map.copyOf(environment);
    }

    ZoneId zone() {
      return localZone.get();
    }

    /// A variable that is set to something.
    public Optional<String> variable(String name) {
      return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }
  }

  /// Ctrl-C and SIGTERM.
  public interface Interrupts {
    /// Runs `action`, on another thread, when a person or the system asks the command to stop. The
    /// command is then given [SystemTerminal#GRACE_MILLIS] to end.
    Registration on(Runnable action);
  }

  /// Something that stands until it is closed.
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
