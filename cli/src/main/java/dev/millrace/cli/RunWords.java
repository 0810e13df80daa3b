package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The words behind `run PROGRAM`, sorted: the program's arguments, the inputs, and our own
/// options, which may stand anywhere before `--`.
///
/// @param arguments of the program, as typed
/// @param flags of our own that were given
record RunWords(
    List<String> arguments,
    List<String> inputs,
    Optional<String> output,
    Optional<String> priority,
    Set<String> flags) {
  private static final String OUTPUT = "--output";
  private static final String PRIORITY = "--priority";
  private static final Set<String> FLAGS =
      Set.of("--json", "--progress", "--no-progress", "--fresh");

  RunWords {
    arguments = List.copyOf(arguments);
    inputs = List.copyOf(inputs);
    flags = Set.copyOf(flags);
  }

  /// Words that are inputs and nothing else.
  static RunWords inputs(List<String> words) {
    return new RunWords(List.of(), words, Optional.empty(), Optional.empty(), Set.of());
  }

  static RunWords sort(List<String> words, ProgramUsage usage) {
    List<String> arguments = new ArrayList<>();
    List<String> inputs = new ArrayList<>();
    List<ProgramUsage.Argument> expected = new ArrayList<>(usage.arguments());
    Set<String> flags = new java.util.HashSet<>();
    Optional<String> output = Optional.empty();
    Optional<String> priority = Optional.empty();
    boolean options = true;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!options || word.equals("-") || !word.startsWith("-")) {
        if (options && argument(word, expected)) {
          arguments.add(word);
        } else {
          inputs.add(word);
        }
      } else if (word.equals("--")) {
        options = false;
      } else if (FLAGS.contains(word)) {
        flags.add(word);
      } else if (isOutput(word) && !isTheProgramsOwn(word, usage, expected)) {
        requireOnce(output, "-o");
        String value = attached(word, OUTPUT);
        output = Optional.of(value.isEmpty() ? value(words, ++i, word) : value);
      } else if (is(word, PRIORITY) && !isTheProgramsOwn(word, usage, expected)) {
        requireOnce(priority, PRIORITY);
        String value = attached(word, PRIORITY);
        priority = Optional.of(value.isEmpty() ? value(words, ++i, word) : value);
      } else {
        arguments.add(word);
        if (usage.takesValue(word)) {
          arguments.add(value(words, ++i, word));
        }
      }
    }
    return new RunWords(arguments, inputs, output, priority, flags);
  }

  private static boolean isOutput(String word) {
    return word.equals("-o") || is(word, OUTPUT);
  }

  private static boolean is(String word, String option) {
    return word.equals(option) || word.startsWith(option + "=");
  }

  private static void requireOnce(Optional<String> value, String option) {
    if (value.isPresent()) {
      throw new UsageException("option '" + option + "' is given twice: leave one out");
    }
  }

  // `grep -o PATTERN INPUT -o OUT`: before its arguments the program's option, behind them ours.
  private static boolean isTheProgramsOwn(
      String word, ProgramUsage usage, List<ProgramUsage.Argument> expected) {
    return usage.valued().containsKey(word) && !expected.isEmpty();
  }

  private static String attached(String word, String option) {
    return word.startsWith(option + "=") ? word.substring(option.length() + 1) : "";
  }

  // Takes the next expected argument, or passes over it when it is optional and this is none.
  private static boolean argument(String word, List<ProgramUsage.Argument> expected) {
    while (!expected.isEmpty()) {
      ProgramUsage.Argument next = expected.removeFirst();
      if (!next.optional() || next.choices().contains(word)) {
        return true;
      }
    }
    return false;
  }

  private static String value(List<String> words, int index, String option) {
    if (index >= words.size()) {
      throw new UsageException("option '" + option + "' has no value: write one behind it");
    }
    return words.get(index);
  }
}
