package dev.millrace.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a program takes, as its usage line says: which options have a value, and which words before
/// the inputs are arguments. `compress [--level 1..19] [--format zstd|gzip]` has two options with
/// values, `checksum md5|sha256|crc32c` one argument.
///
/// @param valued options, and whether each takes a value
/// @param arguments words in order
record ProgramUsage(Map<String, Boolean> valued, List<Argument> arguments) {
  /// A word before the inputs.
  ///
  /// @param choices what it may be; empty for anything
  /// @param optional whether a word that is none of the choices is an input already
  record Argument(List<String> choices, boolean optional) {}

  private static final Pattern GROUP = Pattern.compile("\\[([^\\]]*)\\]|(\\S+)");
  private static final Pattern INPUTS = Pattern.compile("(?:INPUT|FILE)S?(?:…|\\.\\.\\.)?");

  ProgramUsage {
    valued = Map.copyOf(valued);
    arguments = List.copyOf(arguments);
  }

  static ProgramUsage parse(String usage) {
    Map<String, Boolean> valued = new HashMap<>();
    List<Argument> arguments = new ArrayList<>();
    Matcher matcher = GROUP.matcher(usage);
    Optional<String> lastBareOption = Optional.empty();
    boolean name = true;
    while (matcher.find()) {
      boolean optional = matcher.group(1) != null;
      String group = optional ? matcher.group(1).strip() : matcher.group(2);
      if (name) {
        name = false;
      } else if (group.startsWith("-")) {
        String[] words = group.split("[\\s=]+", -1);
        for (String option : words[0].split("[|,]", -1)) {
          valued.put(option, words.length > 1);
        }
        lastBareOption = optional ? Optional.empty() : Optional.of(words[0]);
        continue;
      } else if (lastBareOption.isPresent()) {
        for (String option : lastBareOption.get().split("[|,]", -1)) {
          valued.put(option, true);
        }
      } else if (!INPUTS.matcher(group).matches() && !group.equals("…") && !group.equals("...")) {
        arguments.add(new Argument(choices(group), optional));
      }
      lastBareOption = Optional.empty();
    }
    return new ProgramUsage(valued, arguments);
  }

  // A word in capitals names what is meant; others are the words themselves.
  private static List<String> choices(String group) {
    return group.equals(group.toUpperCase(java.util.Locale.ROOT))
        ? List.of()
        : List.of(group.split("\\|", -1));
  }

  /// Words that may stand before the inputs and are not files.
  List<String> optionalChoices() {
    return arguments.stream()
        .filter(Argument::optional)
        .flatMap(argument -> argument.choices().stream())
        .toList();
  }

  /// Whether the word behind `option` belongs to it.
  boolean takesValue(String option) {
    return valued.getOrDefault(option, false);
  }
}
