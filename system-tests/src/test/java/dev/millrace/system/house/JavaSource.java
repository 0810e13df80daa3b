package dev.millrace.system.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// A Java file as the compiler parses it, names unresolved. `path` is relative to the repository,
/// so that its first part is the module. `bare` is the text with the contents of string and
/// character literals blanked: what is found there stands in code or in a comment.
final class JavaSource {
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
  private static final Pattern EXCUSE = Pattern.compile("// house: \\S.{9,}");

  private final String path;
  private final String bare;
  private final List<String> lines;
  private final CompilationUnitTree unit;
  private final SourcePositions positions;

  private JavaSource(
      String path, String text, CompilationUnitTree unit, SourcePositions positions) {
    this.path = path;
    this.lines = text.lines().toList();
    this.unit = unit;
    this.positions = positions;
    this.bare = withoutLiterals(text);
  }

  static JavaSource parse(String path, String text) {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    JavacTask task =
        (JavacTask) COMPILER.getTask(null, null, null, List.of("-proc:none"), null, List.of(file));
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      return new JavaSource(path, text, unit, Trees.instance(task).getSourcePositions());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String path() {
    return path;
  }

  String module() {
    return path.substring(0, path.indexOf('/'));
  }

  boolean isMain() {
    return path.contains("/src/main/");
  }

  boolean isPackageInfo() {
    return path.endsWith("/package-info.java");
  }

  List<String> lines() {
    return lines;
  }

  String bare() {
    return bare;
  }

  CompilationUnitTree unit() {
    return unit;
  }

  int line(Tree tree) {
    return (int) unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
  }

  int lastLine(Tree tree) {
    return (int) unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
  }

  int lineAt(int offset) {
    return (int) unit.getLineMap().getLineNumber(offset);
  }

  Violation violation(Tree tree, String what, String instead) {
    return new Violation(path, line(tree), what, instead);
  }

  /// True when this line or the one before says `// house: ` and why the rule would make this piece
  /// of code worse.
  boolean isExcused(int line) {
    return EXCUSE.matcher(lineText(line)).find() || EXCUSE.matcher(lineText(line - 1)).find();
  }

  /// True when this line, or the comment right above it, explains something.
  boolean hasComment(int line) {
    return lineText(line).contains("//") || lineText(line - 1).strip().startsWith("//");
  }

  private String lineText(int line) {
    return line >= 1 && line <= lines.size() ? lines.get(line - 1) : "";
  }

  private String withoutLiterals(String text) {
    char[] chars = text.toCharArray();
    new TreeScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void unused) {
        if (literal.getKind() == Tree.Kind.STRING_LITERAL
            || literal.getKind() == Tree.Kind.CHAR_LITERAL) {
          int start = (int) positions.getStartPosition(unit, literal);
          int end = (int) positions.getEndPosition(unit, literal);
          Arrays.fill(chars, start, end, ' ');
        }
        return null;
      }
    }.scan(unit, null);
    return new String(chars);
  }
}
