package dev.millrace.cli;

import dev.millrace.base.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What one command takes. Built for the wanted command only, and without annotations: both cost
/// start-up time.
final class Syntax {
  private final CommandSpec spec;
  private String wordsLabel = "";
  private int fewestWords;
  private int mostWords;
  private boolean verbatimAfterFirst;
  private String notVerbatim = "";

  Syntax(String name, String summary) {
    spec = CommandSpec.create().name("millrace " + name);
    spec.usageMessage().description(summary).width(100);
    flag("One JSON value on standard output instead of text", "--json");
    flag("Show progress although standard error is no terminal", "--progress");
    flag("Show no progress", "--no-progress");
    value("DIR", "The node's folder (default: MILLRACE_HOME, or ~/.millrace)", "--home");
    flag("Show this", "-h", "--help");
  }

  /// As many words as one likes.
  static final int ANY = Integer.MAX_VALUE;

  /// An option without a value.
  Syntax flag(String text, String... names) {
    spec.addOption(OptionSpec.builder(names).type(boolean.class).description(text).build());
    return this;
  }

  /// An option with a value.
  Syntax value(String label, String text, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .type(String.class)
            .arity("1")
            .paramLabel(label)
            .description(text)
            .build());
    return this;
  }

  /// An option with a value that may be given several times.
  Syntax values(String label, String text, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .paramLabel(label)
            .description(text)
            .build());
    return this;
  }

  /// The words that are no options: how they are shown, how few and how many there may be.
  Syntax words(String label, int fewest, int most, String text) {
    fewestWords = fewest;
    mostWords = most;
    wordsLabel = label;
    spec.addPositional(
        PositionalParamSpec.builder()
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("0..*")
            .index("0..*")
            .paramLabel(label)
            .hideParamSyntax(true)
            .description(text)
            .build());
    return this;
  }

  /// Everything behind the first word is a word, also what looks like an option, unless this option
  /// is given.
  Syntax verbatimAfterFirstWordUnless(String option) {
    notVerbatim = option;
    verbatimAfterFirst = true;
    return this;
  }

  /// The usage page.
  String help() {
    return parser(false).getUsageMessage(picocli.CommandLine.Help.Ansi.OFF);
  }

  Arguments parse(List<String> args) {
    try {
      boolean verbatim =
          verbatimAfterFirst
              && args.stream()
                  .noneMatch(arg -> arg.equals(notVerbatim) || arg.startsWith(notVerbatim + "="));
      Arguments arguments = new Arguments(parser(verbatim).parseArgs(args.toArray(String[]::new)));
      check(arguments.words());
      return arguments;
    } catch (UnmatchedArgumentException e) {
      String first = e.getUnmatched().getFirst();
      boolean option = first.startsWith("-") && first.length() > 1;
      throw new UsageException(
          (option ? "unknown option '" : "a word too many: '")
              + Text.printable(first)
              + "'"
              + (option ? Nearest.suggestion(first, optionNames()) : ""));
    } catch (ParameterException e) {
      throw new UsageException(decapitalised(String.valueOf(e.getMessage())));
    }
  }

  private void check(List<String> words) {
    if (words.size() < fewestWords) {
      throw new UsageException("something is missing: write " + wordsLabel);
    }
    if (words.size() > mostWords) {
      throw new UsageException("'" + Text.printable(words.get(mostWords)) + "' is a word too many");
    }
  }

  private Collection<String> optionNames() {
    return new ArrayList<>(spec.optionsMap().keySet());
  }

  private picocli.CommandLine parser(boolean verbatim) {
    return new picocli.CommandLine(spec)
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setTrimQuotes(false)
        .setOverwrittenOptionsAllowed(false)
        .setStopAtPositional(verbatim);
  }

  private static String decapitalised(String message) {
    return message.isEmpty()
        ? message
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }
}
