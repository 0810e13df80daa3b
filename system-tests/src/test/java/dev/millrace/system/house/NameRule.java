package dev.millrace.system.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Names say what a thing is. The ones refused here say that nobody knew.
final class NameRule implements JavaRule {
  private static final Pattern EMPTY_NAME =
      Pattern.compile(".*(?:Utils?|Utilities|Helpers?|Managers?|Impl|Misc)");

  @Override
  public List<Violation> violations(JavaSource source) {
    List<Violation> found = new ArrayList<>();
    new TreeScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
        String name = type.getSimpleName().toString();
        if (EMPTY_NAME.matcher(name).matches()) {
          found.add(source.violation(type, name, "name it after its duty, or how it does it"));
        }
        return super.visitClass(type, null);
      }
    }.scan(source.unit(), null);
    return found;
  }
}
