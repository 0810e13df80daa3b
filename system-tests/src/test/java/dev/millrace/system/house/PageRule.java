package dev.millrace.system.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Markdown pages whose relative links lead somewhere, to the file and to the heading in it, and
/// that leave nothing for later.
final class PageRule {
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(<?([^)\\s>]+)>?[^)]*\\)");
  private static final Pattern CODE = Pattern.compile("(`+)(?:(?!\\1).)*\\1");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z0-9+.-]*:.*");
  private static final Pattern LEFTOVER = Pattern.compile("\\b(?:TODO|FIXME|XXX|HACK|TBD)\\b");

  private PageRule() {}

  static List<Violation> violations(String name, Path page, String text) {
    List<Violation> found = new ArrayList<>();
    List<String> lines = withoutCode(text);
    for (int i = 0; i < lines.size(); i++) {
      Matcher link = LINK.matcher(lines.get(i));
      while (link.find()) {
        String target = link.group(1);
        if (!ELSEWHERE.matcher(target).matches() && !leadsSomewhere(page, target)) {
          found.add(new Violation(name, i + 1, "dead link " + target, "point it to what is there"));
        }
      }
      Matcher leftover = LEFTOVER.matcher(lines.get(i));
      while (leftover.find()) {
        found.add(new Violation(name, i + 1, leftover.group(), "say as a fact what is not done"));
      }
    }
    return found;
  }

  private static boolean leadsSomewhere(Path page, String target) {
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path path = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    if (!Files.exists(path)) {
      return false;
    }
    return hash < 0
        || !path.toString().endsWith(".md")
        || anchors(Repository.text(path)).contains(target.substring(hash + 1));
  }

  /// The anchors of a page's headings, as GitHub and GitLab make them.
  private static Set<String> anchors(String text) {
    Set<String> anchors = new HashSet<>();
    boolean fenced = false;
    for (String line : text.lines().toList()) {
      if (isFence(line)) {
        fenced = !fenced;
      } else if (!fenced && line.matches("#{1,6} .*")) {
        String title = line.replaceFirst("#+ +", "").strip().toLowerCase(Locale.ROOT);
        anchors.add(title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
      }
    }
    return anchors;
  }

  private static List<String> withoutCode(String text) {
    List<String> lines = new ArrayList<>();
    boolean fenced = false;
    for (String line : text.lines().toList()) {
      boolean fence = isFence(line);
      fenced ^= fence;
      lines.add(fenced || fence ? "" : CODE.matcher(line).replaceAll("`code`"));
    }
    return lines;
  }

  private static boolean isFence(String line) {
    return line.stripLeading().startsWith("```");
  }
}
