package dev.millrace.system.house;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// No call of [BannedCalls], and no fraction, grouped number or date formatted in whatever language
/// the machine happens to speak. A `// house: …` comment with a reason excuses a line.
final class CallRule implements JavaRule {
  private static final Pattern BY_LOCALE =
      Pattern.compile("%[-#+ 0,(\\d.$]*[eEfgGaAtT]|%[-#+ 0(\\d$]*,");

  @Override
  public List<Violation> violations(JavaSource source) {
    Scanner scanner = new Scanner(source);
    scanner.scan(source.unit(), null);
    return scanner.found;
  }

  private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final JavaSource source;
    private final List<Violation> found = new ArrayList<>();

    Scanner(JavaSource source) {
      this.source = source;
    }

    @Override
    public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void unused) {
      String expression = onOneLine(select);
      if (!expression.startsWith("new ")) {
        check(select, expression);
      }
      return super.visitMemberSelect(select, null);
    }

    @Override
    public @Nullable Void visitMemberReference(
        MemberReferenceTree reference, @Nullable Void unused) {
      check(reference, onOneLine(reference).replace("::", "."));
      return super.visitMemberReference(reference, null);
    }

    @Override
    public @Nullable Void visitNewClass(NewClassTree creation, @Nullable Void unused) {
      check(creation, onOneLine(creation));
      return super.visitNewClass(creation, null);
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
      if (!(call.getMethodSelect() instanceof MemberSelectTree)) {
        check(call, onOneLine(call.getMethodSelect()));
      }
      checkFormat(call);
      return super.visitMethodInvocation(call, null);
    }

    private void check(Tree tree, String expression) {
      for (BannedCalls.Ban ban : BannedCalls.BANS) {
        if (ban.forbids(source, expression)) {
          report(tree, expression, ban.instead());
        }
      }
    }

    private void checkFormat(MethodInvocationTree call) {
      if (!source.isMain() || !(call.getMethodSelect() instanceof MemberSelectTree select)) {
        return;
      }
      String instead = "give it Locale.ROOT";
      if (onOneLine(select).equals("String.format")) {
        ExpressionTree first = call.getArguments().getFirst();
        if (first instanceof LiteralTree literal && dependsOnLocale(literal)) {
          report(call, "String.format in the machine's language", instead);
        }
      } else if (select.getIdentifier().contentEquals("formatted")
          && select.getExpression() instanceof LiteralTree literal
          && dependsOnLocale(literal)) {
        report(call, "formatted in the machine's language", "use String.format(Locale.ROOT, …)");
      }
    }

    private static boolean dependsOnLocale(LiteralTree literal) {
      return literal.getValue() instanceof String text
          && BY_LOCALE.matcher(text.replace("%%", "")).find();
    }

    private void report(Tree tree, String what, String instead) {
      int line = source.line(tree);
      if (!source.isExcused(line)) {
        String start = what.length() > 60 ? what.substring(0, 60) + "…" : what;
        found.add(new Violation(source.path(), line, start, instead));
      }
    }

    private static String onOneLine(Tree tree) {
      return String.valueOf(tree).replaceAll("\\s+", " ");
    }
  }
}
