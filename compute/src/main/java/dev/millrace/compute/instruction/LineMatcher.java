package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.re2j.Matcher;
import java.io.IOException;

/// Finds lines of a block that match. Belongs to one task.
///
/// Searching a text is many times faster than matching an expression, so an expression is matched
/// only on lines that hold a text without which it can't match, if there is one.
final class LineMatcher {
  private final LineSearch search;
  private final LineBuffer block;

  /// For finding candidates: the block's bytes as characters, in lower case when case is ignored.
  private String text = "";

  LineMatcher(LineSearch search, LineBuffer block) {
    this.search = search;
    this.block = block;
  }

  /// The buffer holds another block.
  void newBlock() {
    search.literal().ifPresent(_ -> text = characters());
  }

  private String characters() {
    if (!search.ignoreCase()) {
      return new String(block.bytes(), 0, block.end(), ISO_8859_1);
    }
    byte[] lower = new byte[block.end()];
    byte[] bytes = block.bytes();
    for (int i = 0; i < lower.length; i++) {
      byte b = bytes[i];
      lower[i] = (byte) (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b);
    }
    return new String(lower, ISO_8859_1);
  }

  /// The start of the first line at or behind `from` (where a line starts) that matches; the
  /// block's end when there is none.
  int next(int from) {
    int start = from;
    while (start < block.end()) {
      if (search.literal().isPresent()) {
        int found = text.indexOf(search.literal().get(), start);
        if (found < 0) {
          return block.end();
        }
        start = block.lineStart(found, start);
      }
      if (search.literalIsAll() || search.pattern().matcher(line(start)).find()) {
        return start;
      }
      start = block.lineEnd(start);
    }
    return block.end();
  }

  /// The line that starts there, without its line feed.
  String line(int start) {
    int end = block.textEnd(block.lineEnd(start));
    return new String(block.bytes(), start, end - start, ISO_8859_1);
  }

  /// What is called once for each part of a line that matches.
  @FunctionalInterface
  interface PartUse {
    void part(int start, int end) throws IOException;
  }

  /// The parts that match, leftmost and longest first, without the empty ones.
  void parts(String line, PartUse use) throws IOException {
    Matcher matcher = search.pattern().matcher(line);
    int from = 0;
    while (from <= line.length() && matcher.find(from)) {
      if (matcher.end() > matcher.start()) {
        use.part(matcher.start(), matcher.end());
        from = matcher.end();
      } else {
        from = matcher.end() + 1;
      }
    }
  }
}
