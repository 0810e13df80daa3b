package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.millrace.compute.instruction.BasicRegex.BadPatternException;
import dev.millrace.compute.instruction.BasicRegex.Translation;
import java.util.Optional;

/// What lines are searched for. Immutable and thread-safe.
///
/// @param literal a text that is in every line that matches, if there is one; in lower case when
///   case is ignored
/// @param pattern that a line must match besides; absent when the literal is all
/// @param partPattern finds the parts of a line that match, the longest at each place
record LineSearch(
    boolean ignoreCase, Optional<String> literal, Optional<Pattern> pattern, Pattern partPattern) {
  private static final int FLAGS = Pattern.LONGEST_MATCH | Pattern.DISABLE_UNICODE_GROUPS;

  /// @param patterns several are divided by line feeds, as for `grep`
  /// @param fixed whether they are texts and not expressions
  static LineSearch of(String patterns, boolean fixed, boolean ignoreCase)
      throws BadPatternException {
    String characters = new String(patterns.getBytes(UTF_8), ISO_8859_1);
    String[] each = characters.split("\n", -1);
    StringBuilder regex = new StringBuilder();
    Optional<String> literal = Optional.empty();
    boolean whole = fixed;
    for (String one : each) {
      Translation translation =
          fixed ? text(one, ignoreCase) : BasicRegex.translate(one, ignoreCase);
      regex
          .append(regex.isEmpty() ? "" : "|")
          .append("(?:")
          .append(translation.regex())
          .append(')');
      literal = translation.literal();
      whole |= literal.isPresent() && isText(one) && literal.get().length() == one.length();
    }
    if (each.length > 1) {
      literal = Optional.empty();
    }
    Pattern compiled = compile(regex.toString());
    boolean literalOnly = whole && literal.isPresent();
    return new LineSearch(
        ignoreCase, literal, literalOnly ? Optional.empty() : Optional.of(compiled), compiled);
  }

  private static boolean isText(String pattern) {
    return pattern.chars().noneMatch(c -> "\\[.*^$".indexOf(c) >= 0);
  }

  private static Translation text(String text, boolean ignoreCase) throws BadPatternException {
    String escaped = text.replaceAll("([\\\\\\[.*^$])", "\\\\$1");
    Translation translation = BasicRegex.translate(escaped, ignoreCase);
    String literal = ignoreCase ? lower(text) : text;
    return new Translation(
        translation.regex(), text.isEmpty() ? Optional.empty() : Optional.of(literal));
  }

  /// Of ASCII letters only.
  private static String lower(String text) {
    StringBuilder lower = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c);
    }
    return lower.toString();
  }

  private static Pattern compile(String regex) throws BadPatternException {
    try {
      return Pattern.compile(regex, FLAGS);
    } catch (PatternSyntaxException e) {
      throw new BadPatternException(String.valueOf(e.getDescription()));
    }
  }
}
