package dev.millrace.compute.instruction;

import dev.millrace.compute.instruction.BasicRegex.BadPatternException;
import java.util.BitSet;

/// A bracket expression such as `[^[:digit:]a-f]`, in the C locale (POSIX.1-2024, XBD 9.3.5): a set
/// of bytes.
///
/// @param members as they stand, before the complement
/// @param end the index behind it in the pattern
record BracketExpression(BitSet members, boolean complement, int end) {
  private static final int BYTES = 256;

  /// @param from behind the opening bracket
  static BracketExpression parse(String pattern, int from) throws BadPatternException {
    BitSet members = new BitSet(BYTES);
    boolean complement = pattern.startsWith("^", from);
    int at = complement ? from + 1 : from;
    for (boolean first = true; ; first = false) {
      if (at >= pattern.length()) {
        throw new BadPatternException("unmatched [, [^, [:, [., or [=");
      }
      if (pattern.charAt(at) == ']' && !first) {
        return new BracketExpression(members, complement, at + 1);
      }
      if (pattern.startsWith("[:", at)) {
        int close = closing(pattern, at, ":]");
        addClass(members, pattern.substring(at + 2, close));
        at = close + 2;
        continue;
      }
      Element low = Element.parse(pattern, at);
      at = low.end;
      boolean range =
          pattern.startsWith("-", at) && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']';
      if (!range) {
        members.set(low.value);
        continue;
      }
      Element high = Element.parse(pattern, at + 1);
      at = high.end;
      if (high.value < low.value) {
        throw new BadPatternException("invalid range end");
      }
      members.set(low.value, high.value + 1);
    }
  }

  private static int closing(String pattern, int at, String close) throws BadPatternException {
    int found = pattern.indexOf(close, at + 2);
    if (found < 0) {
      throw new BadPatternException("unmatched [, [^, [:, [., or [=");
    }
    return found;
  }

  /// A character, `[.c.]` or `[=c=]`.
  private record Element(int value, int end) {
    static Element parse(String pattern, int at) throws BadPatternException {
      boolean named = pattern.startsWith("[.", at) || pattern.startsWith("[=", at);
      if (!named) {
        return new Element(pattern.charAt(at), at + 1);
      }
      int close = closing(pattern, at, pattern.charAt(at + 1) + "]");
      if (close != at + 3) {
        throw new BadPatternException("invalid collation character");
      }
      return new Element(pattern.charAt(at + 2), close + 2);
    }
  }

  private static void addClass(BitSet members, String name) throws BadPatternException {
    switch (name) {
      case "digit" -> members.set('0', '9' + 1);
      case "upper" -> members.set('A', 'Z' + 1);
      case "lower" -> members.set('a', 'z' + 1);
      case "alpha" -> addAll(members, "upper", "lower");
      case "alnum" -> addAll(members, "alpha", "digit");
      case "xdigit" -> {
        addClass(members, "digit");
        members.set('A', 'F' + 1);
        members.set('a', 'f' + 1);
      }
      case "blank" -> {
        members.set(' ');
        members.set('\t');
      }
      case "space" -> {
        members.set('\t', '\r' + 1);
        members.set(' ');
      }
      case "graph" -> members.set('!', '~' + 1);
      case "print" -> members.set(' ', '~' + 1);
      case "cntrl" -> {
        members.set(0, ' ');
        members.set(0x7f);
      }
      case "punct" -> {
        BitSet graph = new BitSet(BYTES);
        addClass(graph, "graph");
        BitSet alnum = new BitSet(BYTES);
        addClass(alnum, "alnum");
        graph.andNot(alnum);
        members.or(graph);
      }
      default -> throw new BadPatternException("invalid character class name");
    }
  }

  private static void addAll(BitSet members, String... names) throws BadPatternException {
    for (String name : names) {
      addClass(members, name);
    }
  }

  /// In RE2's syntax.
  String regex(boolean ignoreCase) {
    BitSet set = (BitSet) members.clone();
    if (ignoreCase) {
      for (int upper = 'A'; upper <= 'Z'; upper++) {
        int lower = upper + 0x20;
        if (set.get(upper) || set.get(lower)) {
          set.set(upper);
          set.set(lower);
        }
      }
    }
    if (complement) {
      set.flip(0, BYTES);
    }
    set.clear('\n');
    if (set.isEmpty()) {
      return "[^\\x{00}-\\x{10ffff}]"; // matches nothing
    }
    StringBuilder regex = new StringBuilder("[");
    for (int low = set.nextSetBit(0); low >= 0; ) {
      int end = set.nextClearBit(low);
      regex.append(String.format("\\x{%02x}-\\x{%02x}", low, end - 1));
      low = set.nextSetBit(end);
    }
    return regex.append(']').toString();
  }
}
