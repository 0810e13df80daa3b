package dev.millrace.system.house;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Every package says what it is, in a `package-info.java` with `@NullMarked` and a `///` sentence.
/// A package of tests that shares its name with the module's own package leaves that to it.
final class PackageRule {
  private PackageRule() {}

  static List<Violation> violations(List<JavaSource> sources) {
    Set<String> described = new HashSet<>();
    Map<String, JavaSource> firstOfFolder = new HashMap<>();
    List<Violation> found = new ArrayList<>();
    for (JavaSource source : sources) {
      if (source.isPackageInfo()) {
        described.add(folder(source));
        checkDescription(source, found);
      } else {
        firstOfFolder.putIfAbsent(folder(source), source);
      }
    }
    firstOfFolder.forEach((folder, source) -> {
      String twin = folder.replace("/src/test/", "/src/main/");
      if (!described.contains(folder) && !described.contains(twin)) {
        found.add(
            new Violation(
                folder, 1, "no package-info.java", "add one that says what the package is"));
      }
    });
    return found;
  }

  private static void checkDescription(JavaSource source, List<Violation> found) {
    String text = String.join("\n", source.lines());
    if (!text.startsWith("/// ")) {
      found.add(new Violation(source.path(), 1, "no description", "begin it with a /// sentence"));
    }
    if (!text.contains("@NullMarked")) {
      found.add(new Violation(source.path(), 1, "not @NullMarked", "annotate the package"));
    }
  }

  private static String folder(JavaSource source) {
    return source.path().substring(0, source.path().lastIndexOf('/'));
  }
}
