package dev.millrace.catalog.state;

import org.jspecify.annotations.Nullable;

/// The tables as they are at one moment. Not thread-safe. Reading fails with CORRUPT_CATALOG or
/// IO_ERROR.
public interface CatalogView {
  /// The row's value, or null. The caller does not change it.
  byte @Nullable [] get(Table table, byte[] key);

  /// A cursor over a table, in front of every row until it is told to seek. Sees the rows as they
  /// were when it was made.
  RowCursor rows(Table table);

  /// A place in a table.
  interface RowCursor extends AutoCloseable {
    /// Goes to the first row whose key is `key` or behind it.
    void seek(byte[] key);

    /// Whether there is a row here.
    boolean valid();

    /// Goes on to the next row.
    void next();

    byte[] key();

    byte[] value();

    @Override
    void close();
  }
}
