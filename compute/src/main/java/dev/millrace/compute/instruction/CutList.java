package dev.millrace.compute.instruction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which bytes or fields `cut` takes: `1`, `2-4`, `-3`, `5-`, in a list with commas or blanks. The
/// order and overlaps of a list mean nothing: each position is taken once, where it stands.
///
/// @param ranges sorted, without overlaps; positions from 1
record CutList(List<Range> ranges) {
  /// @param last inclusive; Long.MAX_VALUE for all that follow
  record Range(long first, long last) {}

  private static final Pattern ELEMENT = Pattern.compile("(\\d{0,18})(-?)(\\d{0,18})");

  /// Empty when `list` is no list of positions.
  static Optional<CutList> parse(String list) {
    List<Range> given = new ArrayList<>();
    for (String element : list.split("[, \t]", -1)) {
      Matcher matcher = ELEMENT.matcher(element);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      String low = matcher.group(1);
      String high = matcher.group(3);
      boolean open = !matcher.group(2).isEmpty();
      if (low.isEmpty() && high.isEmpty()) {
        return Optional.empty();
      }
      long first = low.isEmpty() ? 1 : Long.parseLong(low);
      long last = !open ? first : high.isEmpty() ? Long.MAX_VALUE : Long.parseLong(high);
      if (first < 1 || last < first) {
        return Optional.empty();
      }
      given.add(new Range(first, last));
    }
    return Optional.of(new CutList(merged(given)));
  }

  private static List<Range> merged(List<Range> given) {
    given.sort(Comparator.comparingLong(Range::first));
    List<Range> merged = new ArrayList<>();
    for (Range range : given) {
      Range before = merged.isEmpty() ? null : merged.getLast();
      if (before != null && range.first <= before.last) {
        merged.set(merged.size() - 1, new Range(before.first, Math.max(before.last, range.last)));
      } else {
        merged.add(range);
      }
    }
    return List.copyOf(merged);
  }
}
