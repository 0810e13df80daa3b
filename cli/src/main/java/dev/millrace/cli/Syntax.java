package dev.millrace.cli;

import dev.millrace.base.Text;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/// What one command takes. Built for the wanted command only: that costs start-up time.
final class Syntax {
  private final String name;
  private final String summary;
  private final Options options = new Options();
  private final Set<Option> repeatable = new HashSet<>();
  private String wordsLabel = "";
  private String wordsText = "";
  private int fewestWords;
  private int mostWords;
  private boolean verbatimAfterFirst;
  private String notVerbatim = "";

  Syntax(String name, String summary) {
    this.name = name;
    this.summary = summary;
    flag("One JSON value on standard output instead of text", "--json");
    flag("Show progress although standard error is no terminal", "--progress");
    flag("Show no progress", "--no-progress");
    value("DIR", "The node's folder (default: MILLRACE_HOME, or ~/.millrace)", "--home");
    flag("Show this", "-h", "--help");
  }

  /// As many words as one likes.
  static final int ANY = Integer.MAX_VALUE;

  /// An option without a value.
  ///
  /// @param names with their hyphens: perhaps a short one, and a long one
  Syntax flag(String text, String... names) {
    options.addOption(option(text, names).get());
    return this;
  }

  /// An option with a value.
  Syntax value(String label, String text, String... names) {
    options.addOption(option(text, names).hasArg().argName(label).get());
    return this;
  }

  /// An option with a value that may be given several times.
  Syntax values(String label, String text, String... names) {
    Option option = option(text, names).hasArg().argName(label).get();
    repeatable.add(option);
    options.addOption(option);
    return this;
  }

  private static Option.Builder option(String text, String... names) {
    Option.Builder option = Option.builder().desc(text);
    for (String typed : names) {
      if (typed.startsWith("--")) {
        option.longOpt(typed.substring(2));
      } else {
        option.option(typed.substring(1));
      }
    }
    return option;
  }

  /// The words that are no options: how they are shown, how few and how many there may be.
  Syntax words(String label, int fewest, int most, String text) {
    fewestWords = fewest;
    mostWords = most;
    wordsLabel = label;
    wordsText = text;
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
    UsagePage page = new UsagePage(name, summary, wordsLabel, wordsText);
    options.getOptions().forEach(option -> page.option(option, repeatable.contains(option)));
    return page.text();
  }

  Arguments parse(List<String> args) {
    boolean verbatim =
        verbatimAfterFirst
            && args.stream()
                .noneMatch(arg -> arg.equals(notVerbatim) || arg.startsWith(notVerbatim + "="));
    DefaultParser parser =
        DefaultParser.builder()
            .setAllowPartialMatching(false)
            .setStripLeadingAndTrailingQuotes(false)
            .get();
    org.apache.commons.cli.CommandLine parsed;
    try {
      parsed = parser.parse(options, args.toArray(String[]::new), verbatim);
    } catch (UnrecognizedOptionException e) {
      throw unknown(e.getOption());
    } catch (MissingArgumentException e) {
      throw new UsageException(
          "option '" + typed(e.getOption()) + "' has no value: write one behind it");
    } catch (ParseException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    checkOnce(parsed.getOptions());
    Arguments arguments = new Arguments(parsed);
    List<String> words = arguments.words();
    // Up to its first word a verbatim line has options too.
    if (verbatim && !words.isEmpty() && looksLikeOption(words.getFirst())) {
      throw unknown(words.getFirst());
    }
    check(words);
    return arguments;
  }

  private static boolean looksLikeOption(String word) {
    return word.startsWith("-") && word.length() > 1;
  }

  private UsageException unknown(String word) {
    int value = word.indexOf('=');
    if (value > 0 && options.hasOption(word.substring(0, value))) {
      return new UsageException(
          "option '" + Text.printable(word.substring(0, value)) + "' has no value: leave it out");
    }
    return new UsageException(
        "unknown option '" + Text.printable(word) + "'" + Nearest.suggestion(word, optionNames()));
  }

  private void checkOnce(Option[] given) {
    Set<Option> seen = new HashSet<>();
    for (Option option : given) {
      if (!seen.add(option) && !repeatable.contains(option)) {
        throw new UsageException("option '" + typed(option) + "' is given twice: leave one out");
      }
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

  private static String typed(Option option) {
    return "--" + option.getLongOpt();
  }

  private List<String> optionNames() {
    return options.getOptions().stream().map(Syntax::typed).toList();
  }
}
