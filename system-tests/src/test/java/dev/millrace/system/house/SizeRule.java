package dev.millrace.system.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Files, methods and parameter lists that can be taken in. The constructors of records are exempt:
/// their parameters are the record's fields.
final class SizeRule implements JavaRule {
  static final int FILE_LINES = 600;
  static final int METHOD_LINES = 80;
  static final int PARAMETERS = 7;

  /// A method that is a table, a switch of many cases, may have as many lines as this.
  static final int TABLE_LINES = 120;

  static final int TABLE_CASES = 12;

  @Override
  public List<Violation> violations(JavaSource source) {
    List<Violation> found = new ArrayList<>();
    int lineCount = source.lines().size();
    if (lineCount > FILE_LINES) {
      found.add(
          new Violation(
              source.path(), lineCount, "a file of " + lineCount + " lines", "split it by duty"));
    }
    new Scanner(source, found).scan(source.unit(), null);
    return found;
  }

  private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable ClassTree> {
    private final JavaSource source;
    private final List<Violation> found;

    Scanner(JavaSource source, List<Violation> found) {
      this.source = source;
      this.found = found;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable ClassTree outer) {
      return super.visitClass(type, type);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable ClassTree owner) {
      int lineCount = source.lastLine(method) - source.line(method) + 1;
      String name = method.getName().toString();
      if (lineCount > (isTable(method) ? TABLE_LINES : METHOD_LINES)) {
        found.add(
            source.violation(
                method, name + " has " + lineCount + " lines", "split it into named steps"));
      }
      boolean ofRecord =
          owner != null && owner.getKind() == Tree.Kind.RECORD && method.getReturnType() == null;
      int parameters = method.getParameters().size();
      if (parameters > PARAMETERS && !ofRecord) {
        found.add(
            source.violation(
                method, name + " takes " + parameters + " parameters", "group them in a record"));
      }
      return super.visitMethod(method, owner);
    }

    private static boolean isTable(MethodTree method) {
      int[] most = {0};
      new TreeScanner<@Nullable Void, @Nullable Void>() {
        @Override
        public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void unused) {
          most[0] = Math.max(most[0], tree.getCases().size());
          return super.visitSwitch(tree, null);
        }

        @Override
        public @Nullable Void visitSwitchExpression(
            SwitchExpressionTree tree, @Nullable Void unused) {
          most[0] = Math.max(most[0], tree.getCases().size());
          return super.visitSwitchExpression(tree, null);
        }
      }.scan(method, null);
      return most[0] >= TABLE_CASES;
    }
  }
}
