package dev.millrace.cli.show;

import java.util.ArrayList;
import java.util.List;

/// A small table with aligned columns, for listings that fit in memory. The last column is not
/// padded.
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    rows.add(List.of(headings));
  }

  /// Adds a row with as many cells as there are headings. A column is aligned to the right when its
  /// heading begins with `>`.
  public void row(Object... cells) {
    List<String> row = new ArrayList<>(cells.length);
    for (Object cell : cells) {
      row.add(Printable.of(cell.toString()));
    }
    rows.add(row);
  }

  /// Writes headings and rows.
  public void print(StandardOutput out) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], cell(row, i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = cell(row, i);
        int padding = widths[i] - cell.length();
        boolean right = rows.getFirst().get(i).startsWith(">");
        line.repeat(' ', right ? padding : 0).append(cell);
        if (i < columns - 1) {
          line.repeat(' ', right ? 2 : padding + 2);
        }
      }
      out.line(line.toString());
    }
  }

  // A heading that begins with '>' asks for alignment to the right.
  private String cell(List<String> row, int index) {
    String cell = row.get(index);
    return row == rows.getFirst() && cell.startsWith(">") ? cell.substring(1) : cell;
  }
}
