package dev.millrace.compute.program;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.util.List;
import java.util.Optional;

/// Walks over the arguments of an instruction, one option at a time: `--level 3`, `--level=3`.
/// Failures are INVALID_ARGUMENT and end with the usage.
public final class Arguments {
  private final Instruction instruction;
  private final List<String> arguments;
  private int next;
  private Optional<String> attached = Optional.empty();

  public Arguments(Instruction instruction, List<String> arguments) {
    this.instruction = instruction;
    this.arguments = List.copyOf(arguments);
  }

  public boolean hasNext() {
    return next < arguments.size();
  }

  /// The next argument, without the `=value` of a long option.
  public String next() {
    String argument = arguments.get(next);
    int equals = argument.indexOf('=');
    if (argument.startsWith("--") && equals > 0) {
      return argument.substring(0, equals);
    }
    next++;
    return argument;
  }

  /// As [#next], where values may stand right behind these one-letter options: `-f9`.
  ///
  /// @param letters of options that have a value
  public String next(String letters) {
    String argument = arguments.get(next);
    if (argument.length() <= 2
        || argument.charAt(0) != '-'
        || letters.indexOf(argument.charAt(1)) < 0) {
      return next();
    }
    next++;
    attached = Optional.of(argument.substring(2));
    return argument.substring(0, 2);
  }

  /// The value of the option that [#next] returned.
  public String value(String option) {
    if (attached.isPresent()) {
      String value = attached.get();
      attached = Optional.empty();
      return value;
    }
    if (!hasNext()) {
      throw invalid("option " + option, "its value is missing");
    }
    String argument = arguments.get(next++);
    String prefix = option + "=";
    return argument.startsWith(prefix) ? argument.substring(prefix.length()) : argument;
  }

  /// The value as a whole number from `least` to `most`.
  public int number(String option, int least, int most) {
    String value = value(option);
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // said below, as for a number out of range
    }
    throw invalid(
        option + " '" + Text.printable(value) + "'",
        "not a whole number from " + least + " to " + most);
  }

  public MillraceException unknown(String argument) {
    return invalid("argument '" + Text.printable(argument) + "'", "not known");
  }

  public MillraceException invalid(String what, String why) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        instruction.name() + ": " + what + ": " + why + ": use " + instruction.usage());
  }
}
