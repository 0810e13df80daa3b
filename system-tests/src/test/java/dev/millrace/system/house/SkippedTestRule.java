package dev.millrace.system.house;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Every test runs, everywhere. A warning is switched off only with its reason.
final class SkippedTestRule implements JavaRule {
  private static final Pattern CONDITION =
      Pattern.compile("Ignore|Disabled.*|Enabled(?:If|On|For).*");
  private static final Pattern ASSUMPTION = Pattern.compile("assum(?:e[A-Z].*|ingThat)");

  @Override
  public List<Violation> violations(JavaSource source) {
    List<Violation> found = new ArrayList<>();
    new Scanner(source, found).scan(source.unit(), null);
    return found;
  }

  private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final JavaSource source;
    private final List<Violation> found;

    Scanner(JavaSource source, List<Violation> found) {
      this.source = source;
      this.found = found;
    }

    @Override
    public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void unused) {
      String type = annotation.getAnnotationType().toString();
      String name = type.substring(type.lastIndexOf('.') + 1);
      if (CONDITION.matcher(name).matches()) {
        found.add(source.violation(annotation, "@" + name, "make the test run everywhere"));
      }
      if (name.equals("SuppressWarnings") && !source.hasComment(source.line(annotation))) {
        found.add(
            source.violation(
                annotation, "@SuppressWarnings", "state the reason in a comment above it"));
      }
      return super.visitAnnotation(annotation, null);
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
      ExpressionTree method = call.getMethodSelect();
      String name =
          switch (method) {
            case MemberSelectTree select -> select.getIdentifier().toString();
            case IdentifierTree identifier -> identifier.getName().toString();
            default -> "";
          };
      if (!source.isMain() && ASSUMPTION.matcher(name).matches()) {
        found.add(source.violation(call, name, "arrange what the test needs; the rest fails"));
      }
      return super.visitMethodInvocation(call, null);
    }
  }
}
