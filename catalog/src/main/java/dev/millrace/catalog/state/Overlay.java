package dev.millrace.catalog.state;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Changes on top of a view: the commands of one log entry see what those before them did, before
/// any of it is written. One thread.
public final class Overlay implements CatalogView {
  private final CatalogView base;
  private final Map<Table, NavigableMap<byte[], Optional<byte[]>>> changes =
      new EnumMap<>(Table.class);

  public Overlay(CatalogView base) {
    this.base = base;
    for (Table table : Table.values()) {
      changes.put(table, new TreeMap<>(Arrays::compareUnsigned));
    }
  }

  @Override
  public byte @Nullable [] get(Table table, byte[] key) {
    Optional<byte[]> changed = changes(table).get(key);
    return changed == null ? base.get(table, key) : changed.orElse(null);
  }

  void put(Table table, byte[] key, byte[] value) {
    changes(table).put(key, Optional.of(value));
  }

  void remove(Table table, byte[] key) {
    changes(table).put(key, Optional.empty());
  }

  /// What was put (present) and removed (empty) in a table, in order.
  @SuppressWarnings("NullAway") // every table has its map from the constructor on
  public NavigableMap<byte[], Optional<byte[]>> changes(Table table) {
    return changes.get(table);
  }

  @Override
  public RowCursor rows(Table table) {
    return new MergedCursor(base.rows(table), new TreeMap<>(changes(table)));
  }

  /// The base's rows and the changed ones, merged: a change hides the base's row of the same key.
  private static final class MergedCursor implements RowCursor {
    private final RowCursor base;
    private final NavigableMap<byte[], Optional<byte[]>> changes;
    private Iterator<Map.Entry<byte[], Optional<byte[]>>> changed;
    private Map.@Nullable Entry<byte[], Optional<byte[]>> change;

    MergedCursor(RowCursor base, NavigableMap<byte[], Optional<byte[]>> changes) {
      this.base = base;
      this.changes = changes;
      this.changed = changes.entrySet().iterator();
    }

    @Override
    public void seek(byte[] key) {
      base.seek(key);
      changed = changes.tailMap(key, true).entrySet().iterator();
      change = nextChange();
      skipRemoved();
    }

    private Map.@Nullable Entry<byte[], Optional<byte[]>> nextChange() {
      return changed.hasNext() ? changed.next() : null;
    }

    /// Negative when the change is first, zero when both stand at one key.
    private int order(Map.Entry<byte[], Optional<byte[]>> at) {
      return base.valid() ? Arrays.compareUnsigned(at.getKey(), base.key()) : -1;
    }

    private void skipRemoved() {
      while (change != null && change.getValue().isEmpty()) {
        int order = order(change);
        if (order > 0) {
          return;
        }
        if (order == 0) {
          base.next();
        }
        change = nextChange();
      }
    }

    @Override
    public boolean valid() {
      return change != null || base.valid();
    }

    @Override
    public void next() {
      if (change == null) {
        base.next();
      } else {
        int order = order(change);
        if (order >= 0) {
          base.next();
        }
        if (order <= 0) {
          change = nextChange();
        }
      }
      skipRemoved();
    }

    @Override
    public byte[] key() {
      return change != null && order(change) <= 0 ? change.getKey() : base.key();
    }

    @Override
    public byte[] value() {
      return change != null && order(change) <= 0 ? change.getValue().orElseThrow() : base.value();
    }

    @Override
    public void close() {
      base.close();
    }
  }
}
