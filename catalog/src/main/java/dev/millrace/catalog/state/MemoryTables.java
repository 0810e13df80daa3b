package dev.millrace.catalog.state;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The tables in memory: the simplest store that does what RocksDB does. For tests and for
/// simulated clusters. One thread; a cursor is good until the next write.
public final class MemoryTables implements CatalogTables {
  private final Map<Table, NavigableMap<byte[], byte[]>> tables = new EnumMap<>(Table.class);
  private Applied applied = Applied.NOTHING;

  public MemoryTables() {
    for (Table table : Table.values()) {
      tables.put(table, new TreeMap<>(Arrays::compareUnsigned));
    }
  }

  @SuppressWarnings("NullAway") // every table has its map from the constructor on
  private NavigableMap<byte[], byte[]> table(Table table) {
    return tables.get(table);
  }

  @Override
  public byte @Nullable [] get(Table table, byte[] key) {
    return table(table).get(key);
  }

  @Override
  public RowCursor rows(Table table) {
    return new MapCursor(table(table));
  }

  @Override
  public void write(Overlay changes, Applied after) {
    for (Table table : Table.values()) {
      changes
          .changes(table)
          .forEach((key, value) ->
              value.ifPresentOrElse(
                  bytes -> table(table).put(key, bytes), () -> table(table).remove(key)));
    }
    applied = after;
  }

  @Override
  public Applied applied() {
    return applied;
  }

  private static final class MapCursor implements RowCursor {
    private final NavigableMap<byte[], byte[]> rows;
    private Map.@Nullable Entry<byte[], byte[]> here;

    MapCursor(NavigableMap<byte[], byte[]> rows) {
      this.rows = rows;
    }

    private Map.Entry<byte[], byte[]> here() {
      if (here == null) {
        throw new IllegalStateException("bug: a cursor behind the last row");
      }
      return here;
    }

    @Override
    public void seek(byte[] key) {
      here = rows.ceilingEntry(key);
    }

    @Override
    public boolean valid() {
      return here != null;
    }

    @Override
    public void next() {
      here = rows.higherEntry(here().getKey());
    }

    @Override
    public byte[] key() {
      return here().getKey();
    }

    @Override
    public byte[] value() {
      return here().getValue();
    }

    @Override
    public void close() {}
  }
}
