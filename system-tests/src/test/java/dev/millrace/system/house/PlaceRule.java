package dev.millrace.system.house;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Nothing written names a folder of one person's machine.
final class PlaceRule {
  private static final Pattern PLACE =
      Pattern.compile("(?<![\\w.$}~)-])/(?:home|root|work|Users)/[\\w.-]*");

  private PlaceRule() {}

  static List<Violation> violations(String name, String text) {
    List<Violation> found = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher place = PLACE.matcher(lines.get(i));
      while (place.find()) {
        found.add(
            new Violation(name, i + 1, place.group(), "use a relative or a temporary folder"));
      }
    }
    return found;
  }
}
