package dev.millrace.system.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/// A class that nobody extends is final. Benchmarks are exempt, since JMH extends them.
final class FinalRule {
  private static final Set<Modifier> DECIDED =
      EnumSet.of(Modifier.FINAL, Modifier.ABSTRACT, Modifier.SEALED, Modifier.NON_SEALED);

  private FinalRule() {}

  static List<Violation> violations(List<JavaSource> sources) {
    Set<String> extended = new HashSet<>();
    sources.forEach(source -> new Parents(extended).scan(source.unit(), null));
    List<Violation> found = new ArrayList<>();
    for (JavaSource source : sources) {
      if (source.isMain() && !source.module().equals("bench")) {
        new Classes(source, extended, found).scan(source.unit(), null);
      }
    }
    return found;
  }

  private static String simpleName(Tree type) {
    String name = type.toString();
    int generics = name.indexOf('<');
    String raw = generics < 0 ? name : name.substring(0, generics);
    return raw.substring(raw.lastIndexOf('.') + 1);
  }

  private static final class Parents extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final Set<String> extended;

    Parents(Set<String> extended) {
      this.extended = extended;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
      if (type.getExtendsClause() != null) {
        extended.add(simpleName(type.getExtendsClause()));
      }
      return super.visitClass(type, null);
    }

    @Override
    public @Nullable Void visitNewClass(NewClassTree creation, @Nullable Void unused) {
      if (creation.getClassBody() != null) {
        extended.add(simpleName(creation.getIdentifier()));
      }
      return super.visitNewClass(creation, null);
    }
  }

  private static final class Classes extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final JavaSource source;
    private final Set<String> extended;
    private final List<Violation> found;

    Classes(JavaSource source, Set<String> extended, List<Violation> found) {
      this.source = source;
      this.extended = extended;
      this.found = found;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
      String name = type.getSimpleName().toString();
      boolean open = type.getModifiers().getFlags().stream().noneMatch(DECIDED::contains);
      if (type.getKind() == Tree.Kind.CLASS
          && !name.isEmpty()
          && open
          && !extended.contains(name)) {
        found.add(source.violation(type, "class " + name + " is open", "make it final"));
      }
      return super.visitClass(type, null);
    }
  }
}
