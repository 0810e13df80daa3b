package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.JobOptions;
import dev.millrace.model.Priority;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.Program.Executable;
import dev.millrace.model.Program.Shipped;
import dev.millrace.model.TaskLimits;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The options of `run` that make a program of a shell command.
final class ExecutableOptions {
  static final String EXEC = "--exec";

  private static final List<String> REST =
      List.of(
          "--split",
          "--record-end",
          "--header",
          "--reduce",
          "--files",
          "--ship",
          "--memory",
          "--processes",
          "--cores",
          "--scratch",
          "--max-output",
          "--time",
          "--unsandboxed");

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|min|h|d)?");
  private static final Pattern CORES = Pattern.compile("\\d{1,4}(\\.\\d{1,3})?");
  private static final int MILLI = 1000;

  private final Arguments arguments;

  ExecutableOptions(Arguments arguments) {
    this.arguments = arguments;
  }

  static void define(Syntax syntax) {
    syntax
        .value("CMD", "Run this shell command on each piece of the input", EXEC)
        .value("HOW", "Cut the input by lines (default), bytes, records or whole files", "--split")
        .value("TEXT", "The last line of a record begins with this", "--record-end")
        .value("N", "First lines of a file that each of its pieces begins with", "--header")
        .value("CMD", "Run this command over what --exec wrote on all pieces, in order", "--reduce")
        .flag(
            "The answer is the files that the commands leave in the folder that they begin in:"
                + " they become objects under -o mr://BUCKET/PREFIX/. A name may be there once;"
                + " $MILLRACE_PIECE is the piece's number",
            "--files")
        .values("FILE", "Send a file along; the commands find it on their PATH", "--ship")
        .value("SIZE", "Memory of each run, its scratch included (default: 1GiB)", "--memory")
        .value("N", "Processes and threads of each run (default: 64)", "--processes")
        .value("N", "Processor time of each run, in cores (default: 1)", "--cores")
        .value("SIZE", "Files that a run may write to /tmp (default: 512MiB)", "--scratch")
        .value("SIZE", "What a run may write to its output (default: 4GiB)", "--max-output")
        .value("TIME", "Time of each run, as 90s, 10min or 2h (default: 10min)", "--time")
        .flag("Run without the sandbox, with all your rights on the node", "--unsandboxed");
  }

  boolean given() {
    return arguments.value(EXEC).isPresent();
  }

  /// Refuses options that say how a command runs where none is given.
  void refuseWithoutCommand() {
    for (String option : REST) {
      if (arguments.flag(option)) {
        throw new UsageException("option '" + option + "' goes with --exec only: leave it out");
      }
    }
  }

  /// Whether the answer is files.
  boolean files() {
    boolean files = arguments.flag("--files");
    if (files && arguments.value("--reduce").isPresent()) {
      throw new UsageException(
          "--files: --reduce reads what --exec prints, not its files: leave one out");
    }
    return files;
  }

  Executable program(List<Shipped> shipped) {
    String command = arguments.value(EXEC).orElseThrow();
    Cut cut = cut();
    return typed(() -> new Executable(command, cut, arguments.value("--reduce"), files(), shipped));
  }

  /// What the nouns refuse was typed here.
  private static <T> T typed(Supplier<T> noun) {
    try {
      return noun.get();
    } catch (MillraceException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  List<String> shipped() {
    return arguments.values("--ship");
  }

  private Cut cut() {
    Optional<String> end = arguments.value("--record-end");
    String how = arguments.value("--split").orElse(end.isPresent() ? "records" : "lines");
    Cut.Unit unit;
    try {
      unit = Cut.Unit.valueOf(how.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--split '" + Text.printable(how) + "': choose lines, bytes, records or whole");
    }
    if (unit == Cut.Unit.RECORDS && end.isEmpty()) {
      throw new UsageException(
          "--split records: say with --record-end TEXT what the last line of each begins with");
    }
    if (unit != Cut.Unit.RECORDS && end.isPresent()) {
      throw new UsageException("--record-end goes with --split records only: leave one out");
    }
    return new Cut(unit, number("--header", 0), end.orElse(""));
  }

  JobOptions options() {
    TaskLimits usual = TaskLimits.USUAL;
    TaskLimits limits =
        typed(() ->
            new TaskLimits(
                size("--memory", usual.memoryBytes()),
                number("--processes", usual.processes()),
                milliCores(usual.milliCores()),
                size("--scratch", usual.scratchBytes()),
                size("--max-output", usual.outputBytes()),
                millis(usual.timeMillis())));
    return new JobOptions(limits, arguments.flag("--unsandboxed"), Priority.NORMAL);
  }

  private int number(String option, int usual) {
    try {
      return arguments.value(option).map(Integer::parseInt).orElse(usual);
    } catch (NumberFormatException e) {
      throw wrong(option, "write a whole number");
    }
  }

  private long size(String option, long usual) {
    try {
      return arguments.value(option).map(ByteUnits::parse).orElse(usual);
    } catch (MillraceException e) {
      throw wrong(option, "write a size as 512MiB or 2GiB");
    }
  }

  private int milliCores(int usual) {
    Optional<String> cores = arguments.value("--cores");
    if (cores.isEmpty()) {
      return usual;
    }
    if (!CORES.matcher(cores.get()).matches()) {
      throw wrong("--cores", "write a number as 2 or 0.5");
    }
    return (int) Math.round(Double.parseDouble(cores.get()) * MILLI);
  }

  private long millis(long usual) {
    Optional<String> time = arguments.value("--time");
    if (time.isEmpty()) {
      return usual;
    }
    Matcher matcher = DURATION.matcher(time.get());
    if (!matcher.matches()) {
      throw wrong("--time", "write a time as 90s, 10min or 2h");
    }
    long count = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "s" : matcher.group(2);
    return switch (unit) {
      case "ms" -> count;
      case "m", "min" -> TimeUnit.MINUTES.toMillis(count);
      case "h" -> TimeUnit.HOURS.toMillis(count);
      case "d" -> TimeUnit.DAYS.toMillis(count);
      default -> TimeUnit.SECONDS.toMillis(count);
    };
  }

  private UsageException wrong(String option, String remedy) {
    return new UsageException(
        option + " '" + Text.printable(arguments.value(option).orElse("")) + "': " + remedy);
  }
}
