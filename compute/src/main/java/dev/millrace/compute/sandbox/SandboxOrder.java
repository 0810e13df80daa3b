package dev.millrace.compute.sandbox;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// One attempt to run a program.
///
/// @param command the program (a path inside, or a name found in `/usr/local/bin`, `/usr/bin`), and
///   its arguments, which others on this machine can see
/// @param environment all that the program gets beside [#standardEnvironment]; nobody else sees it
/// @param files shown read-only
/// @param unsandboxed run it plainly, as the user of this process: only when the owner of the
///   machine allowed it. Words of the command that are paths under `/program/` or `/out` are then
///   rewritten, and the variables `MILLRACE_PROGRAM` and `MILLRACE_OUT` name these folders
public record SandboxOrder(
    List<String> command,
    Map<String, String> environment,
    List<ReadOnlyFile> files,
    SandboxLimits limits,
    boolean unsandboxed) {
  private static final int MOST_FILES = 256;

  /// Bytes of command, environment and paths together, well below what the kernel takes.
  private static final int MOST_WORD_CHARACTERS = 512 * 1024;

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

  public SandboxOrder {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    files = List.copyOf(files);
    if (command.isEmpty() || command.getFirst().isEmpty()) {
      throw refused("command", "it names no program", "give a program");
    }
    long characters = 0;
    for (String word : command) {
      characters += checked("command", word);
    }
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String name = variable.getKey();
      if (!VARIABLE.matcher(name).matches()) {
        throw refused(
            "variable '" + Text.printable(name) + "'",
            "not a name of a variable",
            "use letters, digits and _");
      }
      characters += name.length() + checked("variable '" + name + "'", variable.getValue());
    }
    checkFiles(files);
    if (characters > MOST_WORD_CHARACTERS) {
      throw refused(
          "command",
          "with its environment it has " + characters + " characters",
          "give at most " + MOST_WORD_CHARACTERS + ", and the rest by standard input");
    }
  }

  /// What every program finds in its environment, unless the order says otherwise. The locale of
  /// characters only: with `LANG` each process would open a dozen files more, to the same effect.
  public static Map<String, String> standardEnvironment() {
    return Map.of(
        "PATH", "/usr/local/bin:/usr/bin:/bin",
        "HOME", "/tmp",
        "TMPDIR", "/tmp",
        "LC_CTYPE", "C.UTF-8",
        "MILLRACE_PROGRAM", "/program",
        "MILLRACE_OUT", "/out");
  }

  private static int checked(String what, String text) {
    if (text.indexOf('\0') >= 0) {
      throw refused(what, "it has a NUL character", "leave it out");
    }
    return text.length();
  }

  private static void checkFiles(List<ReadOnlyFile> files) {
    if (files.size() > MOST_FILES) {
      throw refused("program files", files.size() + " are too many", "give at most " + MOST_FILES);
    }
    Set<String> seen = new HashSet<>();
    for (ReadOnlyFile file : files) {
      if (!seen.add(file.inside())) {
        throw refused("program file '" + file.inside() + "'", "it is there twice", "name it once");
      }
    }
  }

  private static MillraceException refused(String what, String why, String remedy) {
    return new MillraceException(ErrorCode.INVALID_ARGUMENT, what + ": " + why + ": " + remedy);
  }
}
