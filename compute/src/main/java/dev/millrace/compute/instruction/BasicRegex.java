package dev.millrace.compute.instruction;

import java.util.Optional;

/// Translates a POSIX basic regular expression with GNU's extensions, as `grep` reads it in the C
/// locale (POSIX.1-2024, XBD 9.3; GNU grep manual, section 3), into the syntax of RE2. A byte is
/// the character of ISO 8859-1 with its number.
///
/// Back-references are refused: RE2 has none, in exchange for time linear in the input. So are `\<`
/// and `\>` where no word character stands beside them in the pattern.
final class BasicRegex {
  private static final int MOST_REPEATS = 1000;
  private static final String WORD = "[0-9A-Za-z_]";
  private static final String SPACE = "[\\t\\n\\x{0b}\\f\\r ]";

  private final String pattern;
  private final boolean ignoreCase;
  private final StringBuilder out = new StringBuilder();
  private final LiteralRun literals = new LiteralRun();
  private int at;
  private int depth;

  /// Where the last atom begins in `out`; -1 when a repetition has nothing to repeat.
  private int atomStart = -1;

  private final int[] groupStarts;

  private BasicRegex(String pattern, boolean ignoreCase) {
    this.pattern = pattern;
    this.ignoreCase = ignoreCase;
    this.groupStarts = new int[pattern.length() + 1];
  }

  /// What a pattern is for RE2.
  ///
  /// @param literal a text that is in every line that matches, when there is one; in lower case
  ///   when case is ignored
  record Translation(String regex, Optional<String> literal) {}

  /// What is wrong with a pattern, in grep's words.
  static final class BadPatternException extends Exception {
    private static final long serialVersionUID = 1;

    BadPatternException(String message) {
      super(message);
    }
  }

  static Translation translate(String pattern, boolean ignoreCase) throws BadPatternException {
    BasicRegex regex = new BasicRegex(pattern, ignoreCase);
    regex.run();
    return new Translation(regex.out.toString(), regex.literals.longest());
  }

  private void run() throws BadPatternException {
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      switch (c) {
        case '\\' -> escape();
        case '[' -> bracket();
        case '.' -> atom("[^\\n]");
        case '*' -> {
          if (atomStart < 0) {
            literal('*');
          } else {
            repeat("*");
          }
        }
        case '^' -> {
          if (startsExpression()) {
            anchor("\\A");
          } else {
            literal('^');
          }
        }
        case '$' -> {
          if (endsExpression()) {
            anchor("\\z");
          } else {
            literal('$');
          }
        }
        default -> literal(c);
      }
    }
    if (depth > 0) {
      throw new BadPatternException("unmatched ( or \\(");
    }
  }

  private boolean startsExpression() {
    String before = pattern.substring(0, at - 1);
    return before.isEmpty() || endsWithOperator(before, "\\(") || endsWithOperator(before, "\\|");
  }

  /// Whether `text` ends with the two characters, and the backslash is not itself escaped.
  private static boolean endsWithOperator(String text, String operator) {
    if (!text.endsWith(operator)) {
      return false;
    }
    int slashes = 0;
    for (int i = text.length() - 2; i >= 0 && text.charAt(i) == '\\'; i--) {
      slashes++;
    }
    return slashes % 2 == 1;
  }

  private boolean endsExpression() {
    return at == pattern.length() || pattern.startsWith("\\)", at) || pattern.startsWith("\\|", at);
  }

  private void escape() throws BadPatternException {
    if (at == pattern.length()) {
      throw new BadPatternException("trailing backslash");
    }
    char c = pattern.charAt(at++);
    switch (c) {
      case '(' -> {
        literals.interrupt();
        groupStarts[depth++] = out.length();
        out.append("(?:");
        atomStart = -1;
      }
      case ')' -> {
        if (depth == 0) {
          throw new BadPatternException("unmatched ) or \\)");
        }
        literals.interrupt();
        out.append(')');
        atomStart = groupStarts[--depth];
      }
      case '|' -> {
        if (depth == 0) {
          literals.alternative();
        }
        literals.interrupt();
        out.append('|');
        atomStart = -1;
      }
      case '{' -> interval();
      case '+', '?' -> {
        if (atomStart < 0) {
          literal(c);
        } else {
          repeat(String.valueOf(c));
        }
      }
      case 'w' -> atom(WORD);
      case 'W' -> atom("[^0-9A-Za-z_]");
      case 's' -> atom(SPACE);
      case 'S' -> atom("[^\\t\\n\\x{0b}\\f\\r ]");
      case 'b' -> anchor("\\b");
      case 'B' -> anchor("\\B");
      case '<' -> wordEdge(wordCharacterAt(at));
      case '>' -> wordEdge(out.length() > 0 && wordCharacterBefore());
      case '`' -> anchor("\\A");
      case '\'' -> anchor("\\z");
      default -> {
        if (c >= '1' && c <= '9') {
          throw new BadPatternException("back-references such as \\" + c + " are not supported");
        }
        literal(c);
      }
    }
  }

  private void wordEdge(boolean besideWord) throws BadPatternException {
    if (!besideWord) {
      throw new BadPatternException("\\< and \\> must stand beside a letter, digit, _ or \\w");
    }
    anchor("\\b");
  }

  private boolean wordCharacterAt(int index) {
    return pattern.startsWith("\\w", index)
        || (index < pattern.length() && isWord(pattern.charAt(index)));
  }

  private boolean wordCharacterBefore() {
    int before = at - 3;
    return before >= 0
        && isWord(pattern.charAt(before))
        && (before == 0 || pattern.charAt(before - 1) != '\\' || pattern.charAt(before) == 'w');
  }

  private static boolean isWord(char c) {
    return c == '_' || (c >= '0' && c <= '9') || isLetter(c);
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private void anchor(String regex) {
    literals.interrupt();
    out.append(regex);
    atomStart = -1;
  }

  private void atom(String regex) {
    literals.interrupt();
    atomStart = out.length();
    out.append(regex);
  }

  private void literal(char c) {
    atomStart = out.length();
    if (ignoreCase && isLetter(c)) {
      char lower = (char) (c | 0x20);
      out.append('[').append(lower).append((char) (lower ^ 0x20)).append(']');
      literals.add(lower, depth);
    } else {
      appendCharacter(c);
      literals.add(c, depth);
    }
  }

  private void appendCharacter(char c) {
    if (isWord(c) || c == ' ') {
      out.append(c);
    } else {
      out.append(String.format("\\x{%02x}", (int) c));
    }
  }

  private void repeat(String operator) {
    literals.repeated(operator);
    out.insert(atomStart, "(?:").append(')').append(operator);
  }

  private void interval() throws BadPatternException {
    int close = pattern.indexOf("\\}", at);
    if (close < 0) {
      throw new BadPatternException("unmatched \\{");
    }
    if (atomStart < 0) {
      throw new BadPatternException("invalid preceding regular expression");
    }
    String[] bounds = pattern.substring(at, close).split(",", -1);
    at = close + 2;
    int least = bounds[0].isEmpty() && bounds.length == 2 ? 0 : bound(bounds[0]);
    boolean open = bounds.length == 2 && bounds[1].isEmpty();
    int most = bounds.length == 1 ? least : open ? least : bound(bounds[1]);
    if (bounds.length > 2 || most < least) {
      throw new BadPatternException("invalid content of \\{\\}");
    }
    repeat("{" + least + (open ? "," : "," + most) + "}");
  }

  private static int bound(String digits) throws BadPatternException {
    if (!digits.matches("[0-9]{1,9}")) {
      throw new BadPatternException("invalid content of \\{\\}");
    }
    int bound = Integer.parseInt(digits);
    if (bound > MOST_REPEATS) {
      throw new BadPatternException("more than " + MOST_REPEATS + " repetitions are not supported");
    }
    return bound;
  }

  private void bracket() throws BadPatternException {
    BracketExpression bracket = BracketExpression.parse(pattern, at);
    at = bracket.end();
    atom(bracket.regex(ignoreCase));
  }

  /// Finds the longest run of characters that stand one behind the other in every match.
  private static final class LiteralRun {
    private final StringBuilder run = new StringBuilder();
    private String longest = "";
    private boolean several;

    void add(char c, int depth) {
      if (depth == 0) {
        run.append(c);
      }
    }

    /// The last atom may be missing, or there several times.
    void repeated(String operator) {
      if (!run.isEmpty() && !operator.equals("+")) {
        run.setLength(run.length() - 1);
      }
      interrupt();
    }

    void interrupt() {
      if (run.length() > longest.length()) {
        longest = run.toString();
      }
      run.setLength(0);
    }

    void alternative() {
      several = true;
    }

    Optional<String> longest() {
      interrupt();
      return several || longest.isEmpty() ? Optional.empty() : Optional.of(longest);
    }
  }
}
