package dev.millrace.cli;

import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.cli.Option;

/// The page that explains one command.
final class UsagePage {
  private static final int WIDTH = 100;

  /// Where explanations begin at most: what is longer has a line of its own.
  private static final int MOST_LABEL = 24;

  private static final String NO_SHORT_NAME = "    ";

  private final String name;
  private final String summary;
  private final String words;
  private final String wordsText;

  /// Labels and what they mean, by the options' long names.
  private final SortedMap<String, Line> options = new TreeMap<>();

  private record Line(String label, String text) {}

  UsagePage(String name, String summary, String words, String wordsText) {
    this.name = name;
    this.summary = summary;
    this.words = words;
    this.wordsText = wordsText;
  }

  void option(Option option, boolean repeatable) {
    String shortName = option.getOpt() == null ? NO_SHORT_NAME : "-" + option.getOpt() + ", ";
    String value = option.hasArg() ? "=" + option.getArgName() : "";
    String longName = option.getLongOpt();
    options.put(
        longName,
        new Line(
            shortName + "--" + longName + value,
            option.getDescription() + (repeatable ? "; may be given several times" : "")));
  }

  String text() {
    StringBuilder page = new StringBuilder();
    page.append("Usage: millrace ").append(name).append(" [OPTION]…");
    page.append(words.isEmpty() ? "" : " " + words).append("\n").append(summary).append("\n\n");
    int column =
        options.values().stream()
            .mapToInt(line -> line.label().length())
            .filter(length -> length <= MOST_LABEL)
            .max()
            .orElse(0);
    if (!words.isEmpty()) {
      append(page, new Line(words, wordsText), column);
    }
    options.values().forEach(line -> append(page, line, column));
    return page.toString();
  }

  /// @param column how wide labels are
  private static void append(StringBuilder page, Line line, int column) {
    String gap = " ".repeat(column + 4);
    page.append("  ").append(line.label());
    if (line.label().length() > column) {
      page.append('\n').append(gap);
    } else {
      page.append(" ".repeat(column - line.label().length() + 2));
    }
    int at = gap.length();
    for (String word : line.text().split(" ", -1)) {
      if (at > gap.length() && at + 1 + word.length() > WIDTH) {
        page.append('\n').append(gap);
        at = gap.length();
      } else if (at > gap.length()) {
        page.append(' ');
        at++;
      }
      page.append(word);
      at += word.length();
    }
    page.append('\n');
  }
}
