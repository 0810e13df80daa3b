package dev.millrace.catalog;

import dev.millrace.base.Text;
import dev.millrace.catalog.state.CatalogView;
import dev.millrace.catalog.state.Table;
import java.util.ArrayList;
import java.util.List;

/// All rows of all tables as text, to compare states byte for byte.
public final class TableDump {
  private TableDump() {}

  public static List<String> of(CatalogView view) {
    List<String> rows = new ArrayList<>();
    for (Table table : Table.values()) {
      try (CatalogView.RowCursor cursor = view.rows(table)) {
        for (cursor.seek(new byte[0]); cursor.valid(); cursor.next()) {
          rows.add(table + " " + Text.hex(cursor.key()) + " " + Text.hex(cursor.value()));
        }
      }
    }
    return rows;
  }
}
