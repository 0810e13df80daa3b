package dev.millrace.volumes;

import dev.millrace.base.Check;
import dev.millrace.wire.volume.RecordShape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The index of one volume: local chunk id → [Location]. Not thread-safe.
///
/// An open-addressing hash table (linear probing, backward-shift deletion: Knuth, TAOCP vol. 3,
/// 6.4) over one array of longs, four to a chunk: local id, sequence, place, lengths. 53 to 107
/// bytes a chunk, no objects. Local ids are random already, but are mixed once more, since whoever
/// chooses them must not be able to slow it down. A sequence of 0 marks a free slot.
final class ChunkTable {
  private static final int WIDTH = 4;
  private static final int LEAST_SLOTS = 64;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private long[] slots = new long[LEAST_SLOTS * WIDTH];
  private int size;

  @FunctionalInterface
  interface Visitor {
    void visit(long local, Location location);
  }

  int size() {
    return size;
  }

  @Nullable Location get(long local) {
    int slot = find(local);
    return slots[slot + 1] == 0 ? null : locationAt(slot);
  }

  void put(long local, Location location) {
    Check.that(location.sequence() > 0, "sequence %d", location.sequence());
    int slot = find(local);
    if (slots[slot + 1] == 0) {
      size++;
      if (size > slots.length / WIDTH / 4 * 3) {
        grow();
        slot = find(local);
      }
    }
    slots[slot] = local;
    slots[slot + 1] = location.sequence();
    slots[slot + 2] = place(location.segment(), location.offset());
    slots[slot + 3] =
        (long) location.shape().recoveryBytes() << Integer.SIZE | location.shape().plainBytes();
  }

  void remove(long local) {
    int hole = find(local);
    if (slots[hole + 1] == 0) {
      return;
    }
    size--;
    int mask = slots.length - 1;
    for (int next = (hole + WIDTH) & mask; slots[next + 1] != 0; next = (next + WIDTH) & mask) {
      int home = home(slots[next]);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        System.arraycopy(slots, next, slots, hole, WIDTH);
        hole = next;
      }
    }
    Arrays.fill(slots, hole, hole + WIDTH, 0);
  }

  void forEach(Visitor visitor) {
    for (int slot = 0; slot < slots.length; slot += WIDTH) {
      if (slots[slot + 1] != 0) {
        visitor.visit(slots[slot], locationAt(slot));
      }
    }
  }

  /// The local ids, in unsigned order.
  long[] sortedLocals() {
    long[] locals = new long[size];
    int count = 0;
    for (int slot = 0; slot < slots.length; slot += WIDTH) {
      if (slots[slot + 1] != 0) {
        locals[count++] = slots[slot] ^ Long.MIN_VALUE;
      }
    }
    Arrays.sort(locals);
    for (int i = 0; i < count; i++) {
      locals[i] ^= Long.MIN_VALUE;
    }
    return locals;
  }

  private int find(long local) {
    int slot = home(local);
    while (slots[slot + 1] != 0 && slots[slot] != local) {
      slot = (slot + WIDTH) & (slots.length - 1);
    }
    return slot;
  }

  private int home(long local) {
    int bits = Integer.numberOfTrailingZeros(slots.length / WIDTH);
    return (int) ((local * MIX) >>> (Long.SIZE - bits)) * WIDTH;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    for (int slot = 0; slot < old.length; slot += WIDTH) {
      if (old[slot + 1] != 0) {
        System.arraycopy(old, slot, slots, find(old[slot]), WIDTH);
      }
    }
  }

  private Location locationAt(int slot) {
    return new Location(
        slots[slot + 1],
        segment(slots[slot + 2]),
        offset(slots[slot + 2]),
        new RecordShape((int) slots[slot + 3], (int) (slots[slot + 3] >>> Integer.SIZE)));
  }

  /// Segment number and offset in one long, as snapshots have it too.
  static long place(long segment, long offset) {
    return segment << Integer.SIZE | offset / RecordShape.GRANULE_BYTES;
  }

  static long segment(long place) {
    return place >>> Integer.SIZE;
  }

  static long offset(long place) {
    return (place & 0xffff_ffffL) * RecordShape.GRANULE_BYTES;
  }
}
