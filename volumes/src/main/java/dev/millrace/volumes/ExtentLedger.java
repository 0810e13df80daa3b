package dev.millrace.volumes;

import dev.millrace.base.Check;
import dev.millrace.wire.volume.RecordShape;
import java.util.ArrayDeque;

/// Which parts of a file are reserved, written and durable. Pure; the caller has the lock.
///
/// ```
/// | durable          | written           | in flight (some written)     | free
/// 0          durableThrough       writtenThrough                        tail
/// ```
final class ExtentLedger {
  /// A reserved part of the file.
  static final class Extent {
    final long offset;
    final int lengthBytes;
    private final long tailBefore;
    private boolean written;

    private Extent(long tailBefore, long offset, int lengthBytes) {
      this.tailBefore = tailBefore;
      this.offset = offset;
      this.lengthBytes = lengthBytes;
    }

    long end() {
      return offset + lengthBytes;
    }
  }

  private final ArrayDeque<Extent> inFlight = new ArrayDeque<>();
  private long durableThrough;
  private long tail;

  /// A file that is durable through its tail.
  ExtentLedger(long tail) {
    this.tail = tail;
    this.durableThrough = tail;
  }

  /// Begins anew with a file that is durable through its tail.
  void restart(long durableTail) {
    Check.that(idle(), "%d extents in flight", inFlight.size());
    tail = durableTail;
    durableThrough = durableTail;
  }

  long tail() {
    return tail;
  }

  /// All below this offset was made durable.
  long durableThrough() {
    return durableThrough;
  }

  boolean idle() {
    return inFlight.isEmpty();
  }

  /// Where an extent of this kind would end.
  long endAfter(int lengthBytes, int alignmentBytes) {
    return RecordShape.align(tail, alignmentBytes) + lengthBytes;
  }

  Extent reserve(int lengthBytes, int alignmentBytes) {
    Extent extent = new Extent(tail, RecordShape.align(tail, alignmentBytes), lengthBytes);
    tail = extent.end();
    inFlight.addLast(extent);
    return extent;
  }

  /// The extent's bytes were written (or wiped).
  void written(Extent extent) {
    Check.that(!extent.written, "extent at %d written twice", extent.offset);
    extent.written = true;
    while (!inFlight.isEmpty() && inFlight.peekFirst().written) {
      inFlight.removeFirst();
    }
  }

  /// Takes a reservation back, if it was the last one.
  ///
  /// @return whether it was; if not it has to be wiped and [#written]
  boolean retract(Extent extent) {
    if (inFlight.peekLast() != extent) {
      return false;
    }
    inFlight.removeLast();
    tail = extent.tailBefore;
    return true;
  }

  /// All below this offset was written.
  long writtenThrough() {
    Extent first = inFlight.peekFirst();
    return first == null ? tail : first.offset;
  }

  /// A sync that began when [#writtenThrough] was `through` succeeded.
  void durable(long through) {
    durableThrough = Math.max(durableThrough, through);
  }
}
