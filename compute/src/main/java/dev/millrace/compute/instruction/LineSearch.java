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
/// @param literalIsAll whether each line with that text matches
record LineSearch(
    boolean ignoreCase, Optional<String> literal, boolean literalIsAll, Pattern pattern) {
  private static final int FLAGS = Pattern.LONGEST_MATCH | Pattern.DISABLE_UNICODE_GROUPS;
  private static final String SPECIAL = "[\\\\\\[.*^$]";

  /// @param patterns several are divided by line feeds, as for `grep`
  /// @param fixed whether they are texts and not expressions
  static LineSearch of(String patterns, boolean fixed, boolean ignoreCase)
      throws BadPatternException {
    String characters = new String(patterns.getBytes(UTF_8), ISO_8859_1);
    if (fixed) {
      characters = characters.replaceAll(SPECIAL, "\\\\$0");
    }
    StringBuilder regex = new StringBuilder();
    Optional<String> literal = Optional.empty();
    boolean all = false;
    String[] each = characters.split("\n", -1);
    for (String one : each) {
      Translation translation = BasicRegex.translate(one, ignoreCase);
      regex.append(regex.isEmpty() ? "(?:" : "|(?:").append(translation.regex()).append(')');
      literal = each.length == 1 ? translation.literal() : Optional.empty();
      all = fixed || !java.util.regex.Pattern.compile(SPECIAL).matcher(one).find();
    }
    return new LineSearch(
        ignoreCase, literal, all && literal.isPresent(), compile(regex.toString()));
  }

  private static Pattern compile(String regex) throws BadPatternException {
    try {
      return Pattern.compile(regex, FLAGS);
    } catch (PatternSyntaxException e) {
      throw new BadPatternException(String.valueOf(e.getDescription()));
    }
  }
}
