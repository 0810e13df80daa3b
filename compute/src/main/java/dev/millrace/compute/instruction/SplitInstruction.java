package dev.millrace.compute.instruction;

import dev.millrace.base.Text;
import dev.millrace.compute.instruction.SplitCall.By;
import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instruction;
import java.util.List;
import java.util.OptionalLong;

/// Cuts one input into files, with the bytes and the names that GNU `split` gives them. An option's
/// value may stand right behind its letter: `-b100M`.
public final class SplitInstruction implements Instruction {
  private static final long USUAL_LINES = 1000;

  /// Of a suffix; far more than a key can hold of distinct names.
  private static final int LONGEST_SUFFIX = 255;

  @Override
  public String name() {
    return "split";
  }

  @Override
  public String usage() {
    return "split [-l|--lines N] [-b|--bytes SIZE] [-C|--line-bytes SIZE] [-a|--suffix-length N]"
        + " [-d|--numeric-suffixes] [--additional-suffix TEXT] [--prefix TEXT]";
  }

  @Override
  public String description() {
    return "Cuts one input into files named as split does (xaa, xab …): of 1,000 lines, or -l N"
        + " lines, -b SIZE bytes, or -C SIZE bytes of whole lines.";
  }

  @Override
  public boolean files() {
    return true;
  }

  @Override
  public Call parse(List<String> arguments) {
    Options options = new Options(new Arguments(this, arguments));
    while (options.walk.hasNext()) {
      options.take();
    }
    return options.call();
  }

  private static final class Options {
    private final Arguments walk;
    private boolean cut;
    private By by = By.LINES;
    private long count = USUAL_LINES;
    private int length;
    private boolean digits;
    private String additional = "";
    private String prefix = "x";

    Options(Arguments walk) {
      this.walk = walk;
    }

    void take() {
      String argument = walk.next();
      boolean attached = argument.matches("-[lbCa].+");
      String option = attached ? argument.substring(0, 2) : argument;
      switch (option) {
        case "-d", "--numeric-suffixes" -> digits = true;
        case "-l", "--lines" -> by(By.LINES, option, value(attached, argument));
        case "-b", "--bytes" -> by(By.BYTES, option, value(attached, argument));
        case "-C", "--line-bytes" -> by(By.LINE_BYTES, option, value(attached, argument));
        case "-a", "--suffix-length" -> length = length(option, value(attached, argument));
        case "--additional-suffix" -> additional = additional(walk.value(option));
        case "--prefix" -> prefix = walk.value(option);
        default -> throw walk.unknown(argument);
      }
    }

    private String value(boolean attached, String argument) {
      return attached ? argument.substring(2) : walk.value(argument);
    }

    private void by(By chosen, String option, String value) {
      if (cut) {
        throw walk.invalid("option " + option, "cannot split in more than one way");
      }
      OptionalLong size =
          chosen == By.LINES && !value.matches("\\+?\\d+")
              ? OptionalLong.empty()
              : SplitSize.parse(value);
      if (size.isEmpty()) {
        throw walk.invalid(
            option + " '" + Text.printable(value) + "'",
            chosen == By.LINES ? "not a number of lines" : "not a size such as 100M or 64KB");
      }
      cut = true;
      by = chosen;
      count = size.getAsLong();
    }

    private int length(String option, String value) {
      if (!value.matches("\\d{1,3}") || Integer.parseInt(value) > LONGEST_SUFFIX) {
        throw walk.invalid(
            option + " '" + Text.printable(value) + "'",
            "not a length from 0, which is any, to " + LONGEST_SUFFIX);
      }
      return Integer.parseInt(value);
    }

    private String additional(String value) {
      if (value.indexOf('/') >= 0) {
        throw walk.invalid(
            "--additional-suffix '" + Text.printable(value) + "'", "it has a '/' in it");
      }
      return value;
    }

    SplitCall call() {
      return new SplitCall(by, count, new SplitNames.Form(prefix, length, digits, additional));
    }
  }
}
