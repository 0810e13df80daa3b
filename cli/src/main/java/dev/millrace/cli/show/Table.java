package dev.millrace.cli.show;

import dev.millrace.base.Check;
import java.util.ArrayList;
import java.util.List;

/// A small table with aligned columns, for listings that fit in memory. The last column is not
/// padded.
public final class Table {
  private static final String RIGHT = ">";

  private final List<List<String>> rows = new ArrayList<>();
  private final List<Boolean> rightAligned = new ArrayList<>();

  /// A table with these columns. A heading that begins with `>`, which is not shown, aligns its
  /// column to the right.
  public Table(String... headings) {
    List<String> shown = new ArrayList<>();
    for (String heading : headings) {
      boolean right = heading.startsWith(RIGHT);
      rightAligned.add(right);
      shown.add(right ? heading.substring(RIGHT.length()) : heading);
    }
    rows.add(shown);
  }

  /// Adds a row with as many cells as there are headings.
  public void row(Object... cells) {
    Check.that(cells.length == rightAligned.size(), "%d cells", cells.length);
    List<String> row = new ArrayList<>(cells.length);
    for (Object cell : cells) {
      row.add(Printable.of(cell.toString()));
    }
    rows.add(row);
  }

  /// Writes headings and rows.
  public void print(StandardOutput out) {
    int columns = rightAligned.size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        int padding = widths[i] - cell.length();
        boolean right = rightAligned.get(i);
        line.repeat(' ', right ? padding : 0).append(cell);
        if (i < columns - 1) {
          line.repeat(' ', right ? 2 : padding + 2);
        }
      }
      out.line(line.toString());
    }
  }
}
