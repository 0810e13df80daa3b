package dev.millrace.model;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.util.List;
import java.util.Optional;

/// What a job runs.
public sealed interface Program {
  /// One line for people: the program as it would be typed.
  String displayName();

  /// A program built into Millrace.
  ///
  /// @param arguments as typed, already checked by the instruction
  record Instruction(String name, List<String> arguments) implements Program {
    public Instruction {
      arguments = List.copyOf(arguments);
    }

    @Override
    public String displayName() {
      return arguments.isEmpty() ? name : name + " " + String.join(" ", arguments);
    }
  }

  /// A command that runs on each piece of the input, from its standard input to its standard
  /// output.
  ///
  /// @param command as a shell takes it
  /// @param reduce a second command, which reads what the first wrote on all pieces, in order
  /// @param files whether the files that it leaves in its output folder are the answer, in place of
  ///   its standard output
  /// @param shipped files that it finds beside it
  record Executable(
      String command, Cut cut, Optional<String> reduce, boolean files, List<Shipped> shipped)
      implements Program {
    public Executable {
      shipped = List.copyOf(shipped);
      check("command", command);
      reduce.ifPresent(text -> check("reduce command", text));
    }

    private static void check(String what, String text) {
      if (text.isBlank() || text.indexOf('\0') >= 0) {
        throw new MillraceException(
            ErrorCode.INVALID_ARGUMENT,
            what
                + ": "
                + (text.isBlank() ? "empty" : "it has a NUL character")
                + ": write a shell command");
      }
    }

    @Override
    public String displayName() {
      return "--exec '"
          + command
          + "'"
          + reduce.map(text -> " --reduce '" + text + "'").orElse("")
          + (files ? " --files" : "");
    }
  }

  /// How input is cut for an executable.
  ///
  /// @param headerLines first lines of an input that every piece of it begins with; of lines and
  ///   records only
  /// @param recordEnd what the last line of a record begins with; of records only
  record Cut(Unit unit, int headerLines, String recordEnd) {
    /// What is never cut.
    public enum Unit {
      BYTES,
      LINES,
      RECORDS,
      WHOLE
    }

    public static final Cut LINES = new Cut(Unit.LINES, 0, "");
  }

  /// A file that goes along with an executable.
  ///
  /// @param name of the file as the program sees it, without folder
  /// @param content where it is stored, under its digest
  record Shipped(String name, ObjectRef content) {}
}
