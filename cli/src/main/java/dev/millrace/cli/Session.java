package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.PathNames;
import dev.millrace.cli.local.Stop;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import dev.millrace.cli.show.Progress;
import dev.millrace.cli.show.StandardOutput;
import dev.millrace.client.Millrace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One call of one command: where its output goes, its node (opened at the first use), whether
/// something failed, whether it shall stop.
final class Session implements AutoCloseable {
  private static final int DEFAULT_COLUMNS = 80;
  private static final int FEWEST_COLUMNS = 40;

  private final Terminal terminal;
  private final NodeAccess access;
  private final StandardOutput out;
  private final Arguments arguments;
  private final Stop stop = new Stop();
  private final Terminal.Registration interrupts;
  private @Nullable Millrace millrace;
  private volatile int status = CommandLine.DONE;

  Session(Terminal terminal, NodeAccess access, StandardOutput out, Arguments arguments) {
    this.terminal = terminal;
    this.access = access;
    this.out = out;
    this.arguments = arguments;
    this.interrupts = terminal.interrupts().on(stop::request);
  }

  Terminal terminal() {
    return terminal;
  }

  NodeAccess access() {
    return access;
  }

  StandardOutput out() {
    return out;
  }

  Stop stop() {
    return stop;
  }

  boolean json() {
    return arguments.flag("--json");
  }

  /// The home that this call is about.
  Path home() {
    Terminal.Surroundings surroundings = terminal.surroundings();
    String home =
        arguments
            .value("--home")
            .or(() -> surroundings.variable("MILLRACE_HOME"))
            .orElseGet(() ->
                surroundings.variable("HOME").orElseGet(() -> System.getProperty("user.home"))
                    + "/.millrace");
    return path(home).normalize();
  }

  /// A local path as typed, from the working folder.
  Path path(String text) {
    return PathNames.parse(terminal.surroundings().workingDirectory(), text);
  }

  /// The node.
  Millrace millrace() {
    if (millrace == null) {
      millrace = access.open(home());
    }
    return millrace;
  }

  /// A progress bar, shown when a person looks or asked for it.
  Progress progress(String task, boolean asked) {
    boolean person = terminal.surroundings().errIsTerminal();
    boolean wanted = person || asked || arguments.flag("--progress");
    return new Progress(
        task,
        terminal.err(),
        new Progress.Style(wanted && !arguments.flag("--no-progress"), person, columns()));
  }

  private int columns() {
    try {
      return terminal
          .surroundings()
          .variable("COLUMNS")
          .map(text -> Math.max(FEWEST_COLUMNS, Integer.parseInt(text)))
          .orElse(DEFAULT_COLUMNS);
    } catch (NumberFormatException e) {
      return DEFAULT_COLUMNS;
    }
  }

  /// Writes one object or one line, as was asked.
  void answer(Map<String, ? extends @Nullable Object> json, String text) {
    if (json()) {
      JsonOut.object(out, json);
    } else {
      out.line(text);
    }
  }

  /// Names a failure of one thing among several: the command goes on, and fails in the end.
  void report(MillraceException error) {
    status = CommandLine.FAILED;
    complain(terminal, String.valueOf(error.getMessage()));
  }

  /// Says something on standard error that is no failure.
  void remark(String text) {
    complain(terminal, text);
  }

  int status() {
    return status;
  }

  void status(int value) {
    status = value;
  }

  static void complain(Terminal terminal, String text) {
    byte[] line = ("millrace: " + Printable.of(text) + "\n").getBytes(UTF_8);
    try {
      synchronized (terminal) {
        terminal.err().write(line);
        terminal.err().flush();
      }
    } catch (IOException e) {
      // Nobody hears; the exit status says it still.
    }
  }

  @Override
  public void close() {
    try (interrupts) {
      if (millrace != null) {
        millrace.close();
      }
    }
  }
}
