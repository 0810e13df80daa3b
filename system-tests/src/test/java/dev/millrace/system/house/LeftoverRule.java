package dev.millrace.system.house;

import com.sun.source.tree.ImportTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is not finished, and what belongs to other houses: marks for later, block Javadoc, star
/// imports, and libraries that we do without.
final class LeftoverRule implements JavaRule {
  private static final Map<Pattern, String> TEXTS =
      Map.of(
          Pattern.compile("\\b(?:TODO|FIXME|XXX|HACK)\\b"),
          "finish it, or say as a fact what is not done",
          Pattern.compile("(?<=^|[\\s;{}(,])/\\*\\*(?!/)"),
          "document with ///");

  private static final Map<Pattern, String> IMPORTS =
      Map.of(
          Pattern.compile(".*\\.\\*"), "name each import",
          Pattern.compile("(?:org\\.mockito|org\\.easymock|org\\.jmock|org\\.powermock)\\..*"),
              "write a fake by hand",
          Pattern.compile("lombok\\..*"), "write it out, or use a record",
          Pattern.compile("java\\.lang\\.reflect\\..*"), "do without reflection",
          Pattern.compile("org\\.junit\\.(?:Test|Assert|Before|After|Rule|Ignore)\\b.*"),
              "use org.junit.jupiter and AssertJ");

  @Override
  public List<Violation> violations(JavaSource source) {
    List<Violation> found = new ArrayList<>();
    TEXTS.forEach((pattern, instead) -> {
      Matcher matcher = pattern.matcher(source.bare());
      while (matcher.find()) {
        int line = source.lineAt(matcher.start());
        found.add(new Violation(source.path(), line, matcher.group(), instead));
      }
    });
    for (ImportTree tree : source.unit().getImports()) {
      String name = tree.getQualifiedIdentifier().toString();
      IMPORTS.forEach((pattern, instead) -> {
        if (pattern.matcher(name).matches() && !source.isExcused(source.line(tree))) {
          found.add(source.violation(tree, "import " + name, instead));
        }
      });
    }
    return found;
  }
}
