package dev.millrace.cli;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.cli.show.StandardOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The command line: finds the command, runs it, and turns what happens into an exit status and one
/// line on standard error.
public final class CommandLine {
  /// Exit status: everything was done.
  public static final int DONE = 0;

  /// Exit status: something failed, and standard error says what.
  public static final int FAILED = 1;

  /// Exit status: the command line itself was wrong.
  public static final int WRONG_USAGE = 2;

  /// Set to anything, this variable adds the stack trace of a failure.
  private static final String DEBUG = "MILLRACE_DEBUG";

  private CommandLine() {}

  /// Runs a command line as the whole of this process: its streams, its signals.
  ///
  /// @return the exit status; nothing is left open then
  public static int run(String[] args, NodeAccess access) {
    return new SystemTerminal().run(args, access);
  }

  /// Runs a command line and gives its exit status. Streams are flushed, not closed.
  public static int run(String[] args, NodeAccess access, Terminal terminal) {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    String name = takeName(words);
    StandardOutput out = new StandardOutput(terminal.out());
    try {
      int status = run(name, words, access, terminal, out);
      out.flush();
      return status;
    } catch (UsageException e) {
      Session.complain(
          terminal, prefix(name) + e.getMessage() + ": see 'millrace help" + page(name) + "'");
      return WRONG_USAGE;
    } catch (MillraceException e) {
      return failed(e, terminal, out);
    } catch (IOException e) {
      return failed(
          new MillraceException(ErrorCode.IO_ERROR, String.valueOf(e.getMessage()), e),
          terminal,
          out);
    } catch (RuntimeException e) {
      Session.complain(
          terminal,
          "internal error: " + e + ": please report it with the output of " + DEBUG + "=1");
      trace(e, terminal);
      return FAILED;
    }
  }

  private static int run(
      String name, List<String> words, NodeAccess access, Terminal terminal, StandardOutput out) {
    @Nullable Command command = Commands.create(name);
    if (command == null) {
      throw new UsageException(
          name.isEmpty()
              ? "no command given"
              : "no such command" + Nearest.suggestion(name, Commands.names()));
    }
    Syntax syntax = new Syntax(name, Commands.summary(name).text());
    command.define(syntax);
    if (asksForHelp(name, words)) {
      out.line(syntax.help().stripTrailing());
      return DONE;
    }
    Arguments arguments = syntax.parse(words);
    try (Session session = new Session(terminal, access, out, arguments)) {
      command.run(arguments, session);
      return session.status();
    }
  }

  // Before 'run' sees it: a program's own options stand behind the program's name.
  private static boolean asksForHelp(String name, List<String> words) {
    int end = words.indexOf("--");
    List<String> own = end < 0 ? words : words.subList(0, end);
    if (name.equals("run")) {
      return !own.isEmpty() && isHelp(own.getFirst());
    }
    return own.stream().anyMatch(CommandLine::isHelp);
  }

  private static boolean isHelp(String word) {
    return word.equals("--help") || word.equals("-h");
  }

  // Options that every command has may stand before its name, too.
  private static String takeName(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "--json", "--progress", "--no-progress" -> {}
        case "--home" -> i++;
        case "--version", "-V" -> {
          words.remove(i);
          return "version";
        }
        case "--help", "-h" -> {
          words.remove(i);
          return "help";
        }
        default -> {
          return words.remove(i);
        }
      }
    }
    return "";
  }

  private static int failed(MillraceException failure, Terminal terminal, StandardOutput out) {
    flush(out);
    if (out.brokenPipe()) {
      return FAILED;
    }
    MillraceException named = out.failure().orElse(failure);
    Session.complain(terminal, String.valueOf(named.getMessage()));
    trace(named, terminal);
    return FAILED;
  }

  // What was answered before the failure goes out before the complaint.
  private static void flush(StandardOutput out) {
    try {
      out.flush();
    } catch (IOException e) {
      // The output remembers it.
    }
  }

  private static void trace(Throwable failure, Terminal terminal) {
    if (terminal.surroundings().variable(DEBUG).isEmpty()) {
      return;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Session.complain(terminal, cause.toString());
      for (StackTraceElement element : cause.getStackTrace()) {
        Session.complain(terminal, "  at " + element);
      }
    }
  }

  private static String prefix(String name) {
    return name.isEmpty() ? "" : Text.printable(name) + ": ";
  }

  private static String page(String name) {
    return Commands.names().contains(name) ? " " + name : "";
  }
}
