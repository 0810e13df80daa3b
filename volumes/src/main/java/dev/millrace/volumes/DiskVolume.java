package dev.millrace.volumes;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.SealedChunk;
import dev.millrace.wire.volume.RecordHeader;
import dev.millrace.wire.volume.RecordShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One volume on one disk: its index, and what is done with it.
///
/// Life of a record: *reserved* (its extent is taken, under the lock) → *written* (no lock) →
/// *durable* (the shared sync) → *published* (in the index, under the lock). Until it is published
/// nobody sees it. A delete writes a tombstone the same way; when that is durable the chunk leaves
/// the index and its blocks go back to the file system.
///
/// The index always holds to these rules, which make it rebuildable:
/// 1. of several valid records of a chunk the one with the highest sequence counts;
/// 2. every dead record whose header is still in a segment has a tombstone that kills it and names
///    that segment. So a tombstone may go once its target segment is gone.
///
/// Anything but a full disk that goes wrong with a write makes the volume read-only until it is
/// opened anew.
final class DiskVolume {
  private static final Logger LOG = LoggerFactory.getLogger(DiskVolume.class);

  final VolumeId id;
  final Path folder;
  final VolumeContext context;
  final ReentrantLock lock = new ReentrantLock();

  /// One compaction or scrub at a time.
  final ReentrantLock maintenance = new ReentrantLock();

  /// Guarded by `lock`.
  final ChunkTable table;

  private final SegmentSet segments;
  private final VolumeReader reader;
  private final Set<Long> pending = new HashSet<>();
  private final Set<Long> damaged = ConcurrentHashMap.newKeySet();
  private final LongAdder appends = new LongAdder();
  private long nextSequence;
  private long liveBytes;
  private volatile @Nullable String readOnly;
  private volatile boolean closed;

  DiskVolume(VolumeId id, Path folder, VolumeContext context) {
    this.id = id;
    this.folder = folder;
    this.context = context;
    this.table = new ChunkTable();
    this.segments = new SegmentSet(this);
    this.reader = new VolumeReader(this);
  }

  VolumeReader reader() {
    return reader;
  }

  SegmentSet segments() {
    return segments;
  }

  // --- appending

  void append(SealedChunk chunk) {
    RecordShape shape = new RecordShape(chunk.plainBytes(), chunk.recovery().length());
    long local = chunk.id().local();
    Reservation reservation;
    lock.lock();
    try {
      checkWritable();
      if (pending.contains(local) || table.get(local) != null) {
        throw new MillraceException(
            ErrorCode.INVALID_ARGUMENT,
            "chunk " + chunk.id() + ": stored already: give each chunk an id of its own");
      }
      if (liveBytes + shape.extentBytes() > context.options().volumeBytes()) {
        throw new MillraceException(
            ErrorCode.VOLUME_FULL,
            "volume "
                + id
                + ": has its full size of "
                + ByteUnits.format(context.options().volumeBytes())
                + ": take another volume");
      }
      context.space().claim(shape.extentBytes());
      boolean reserved = false;
      try {
        reservation = reserve(shape.extentBytes(), shape.alignmentBytes());
        pending.add(local);
        reserved = true;
      } finally {
        if (!reserved) {
          context.space().release(shape.extentBytes());
        }
      }
    } finally {
      lock.unlock();
    }
    try {
      Location at = writeChunk(reservation, chunk, reservation.sequence());
      commit(reservation.segment());
      publish(local, at);
      appends.increment();
    } finally {
      context.space().release(shape.extentBytes());
      noLongerPending(local);
    }
  }

  private void noLongerPending(long local) {
    lock.lock();
    try {
      pending.remove(local);
    } finally {
      lock.unlock();
    }
  }

  /// Stores a good copy of a damaged chunk in its place; nothing happens when the chunk is gone.
  ///
  /// @return whether it was stored
  boolean replace(SealedChunk copy) {
    RecordShape shape = new RecordShape(copy.plainBytes(), copy.recovery().length());
    long local = copy.id().local();
    Reservation reservation;
    Location old;
    lock.lock();
    try {
      checkWritable();
      old = table.get(local);
      if (old == null) {
        return false;
      }
      reservation = reserve(shape.extentBytes(), shape.alignmentBytes());
    } finally {
      lock.unlock();
    }
    Location at = writeChunk(reservation, copy, reservation.sequence());
    commit(reservation.segment());
    if (movePublished(local, old, at)) {
      damaged.remove(local);
      entombOrStop(List.of(Grave.ofRecord(local, old)));
      return true;
    }
    entombOrStop(List.of(Grave.ofRecord(local, at)));
    return false;
  }

  /// A place in a segment, and a sequence number that belongs to it.
  record Reservation(Segment segment, ExtentLedger.Extent extent, long sequence) {}

  /// Needs the lock.
  Reservation reserve(int extentBytes, int alignmentBytes) {
    Segment segment = segments.activeFor(extentBytes, alignmentBytes);
    return new Reservation(
        segment, segment.ledger.reserve(extentBytes, alignmentBytes), nextSequence++);
  }

  /// Writes a chunk to its place, without waiting until it is durable.
  Location writeChunk(Reservation reservation, SealedChunk chunk, long sequence) {
    Segment segment = reservation.segment();
    long offset = reservation.extent().offset;
    write(reservation, () -> context.records().write(segment, place(reservation), chunk, sequence));
    return new Location(
        sequence,
        segment.number(),
        offset,
        new RecordShape(chunk.plainBytes(), chunk.recovery().length()));
  }

  private RecordHeader.Place place(Reservation reservation) {
    lock.lock();
    try {
      return reservation.segment().placeAt(reservation.extent().offset);
    } finally {
      lock.unlock();
    }
  }

  @FunctionalInterface
  private interface Write {
    void run() throws IOException;
  }

  private void write(Reservation reservation, Write write) {
    Segment segment = reservation.segment();
    boolean done = false;
    try {
      checkOpen();
      write.run();
      done = true;
    } catch (IOException e) {
      if (IoFailure.of(e) != IoFailure.FULL) {
        turnReadOnly("write to " + segment.path + ": " + IoFailure.text(e));
      }
      throw IoFailure.explain("append to", segment.path, e);
    } finally {
      if (done) {
        written(reservation);
      } else {
        giveUp(reservation);
      }
    }
  }

  private void written(Reservation reservation) {
    lock.lock();
    try {
      reservation.segment().ledger.written(reservation.extent());
    } finally {
      lock.unlock();
    }
  }

  /// Gives the extent of a failed write back, so that no scan finds a trace of it. When that fails
  /// too the extent stays *in flight*: then what a later scan finds there counts as unfinished.
  private void giveUp(Reservation reservation) {
    Segment segment = reservation.segment();
    ExtentLedger.Extent extent = reservation.extent();
    try {
      lock.lock();
      try {
        if (segment.ledger.retract(extent)) {
          segment.file.truncate(segment.ledger.tail());
          return;
        }
      } finally {
        lock.unlock();
      }
      context.records().writeZeros(segment.file, extent.offset, extent.end());
      written(reservation);
    } catch (IOException e) {
      turnReadOnly("clear " + segment.path + " at " + extent.offset + ": " + IoFailure.text(e));
    }
  }

  /// Waits until what was written to `segment` is durable.
  void commit(Segment segment) {
    try {
      segment.commit();
    } catch (IOException e) {
      turnReadOnly("fdatasync of " + segment.path + ": " + IoFailure.text(e));
      throw new MillraceException(
          ErrorCode.IO_ERROR,
          "sync "
              + segment.path
              + ": "
              + IoFailure.text(e)
              + ": nothing unfinished was kept and the volume is read-only from now on; look at the"
              + " disk (dmesg, smartctl)",
          e);
    }
  }

  private void publish(long local, Location at) {
    lock.lock();
    try {
      table.put(local, at);
      account(at, 1);
    } finally {
      lock.unlock();
    }
  }

  /// Points a chunk from `old` to `now`.
  ///
  /// @return false, with nothing changed, when it isn't at `old` any more
  boolean movePublished(long local, Location old, Location now) {
    lock.lock();
    try {
      Location current = table.get(local);
      if (current == null || !current.samePlace(old)) {
        return false;
      }
      account(old, -1);
      table.put(local, now);
      account(now, 1);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void account(Location at, int sign) {
    long bytes = (long) sign * at.shape().extentBytes();
    liveBytes += bytes;
    Segment segment = segments.get(at.segment());
    if (segment != null) {
      segment.addLive(bytes);
    }
  }

  // --- deleting

  void delete(ChunkId chunk) {
    long local = chunk.local();
    while (true) {
      Location at;
      lock.lock();
      try {
        checkOpen();
        at = table.get(local);
        if (at == null) {
          return;
        }
        checkWritable();
      } finally {
        lock.unlock();
      }
      entomb(List.of(Grave.ofChunk(local, at)));
      if (unpublish(local, at)) {
        punch(at);
        return;
      }
    }
  }

  /// Takes a chunk out of the index after its tombstone is durable.
  ///
  /// @return false when it was moved meanwhile, and needs another tombstone
  private boolean unpublish(long local, Location at) {
    lock.lock();
    try {
      Location current = table.get(local);
      if (current == null) {
        return true;
      }
      if (!current.samePlace(at)) {
        return false;
      }
      table.remove(local);
      damaged.remove(local);
      account(at, -1);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Writes tombstones, durable on return.
  void entomb(List<Grave> graves) {
    Set<Segment> written = new HashSet<>();
    for (Grave grave : graves) {
      Reservation reservation;
      lock.lock();
      try {
        checkWritable();
        reservation = reserve(RecordShape.GRANULE_BYTES, RecordShape.GRANULE_BYTES);
      } finally {
        lock.unlock();
      }
      RecordHeader tombstone =
          new RecordHeader.Tombstone(
              new ChunkId(id.value(), grave.local()),
              grave.upToSequence(),
              grave.segment(),
              grave.offset(),
              place(reservation));
      write(reservation, () -> context.records().write(reservation.segment(), tombstone));
      lock.lock();
      try {
        reservation.segment().addTombstone(grave.segment());
      } finally {
        lock.unlock();
      }
      written.add(reservation.segment());
    }
    for (Segment segment : written) {
      commit(segment);
    }
  }

  /// Writes tombstones without which rule 2 is broken: when they can't be written, nothing must be
  /// written any more, until opening has set things right.
  void entombOrStop(List<Grave> graves) {
    try {
      entomb(graves);
    } catch (MillraceException e) {
      turnReadOnly("tombstones: " + e.getMessage());
      throw e;
    }
  }

  /// Gives the blocks of a dead record back. Its header stays, so that a scan can step over it. A
  /// failure costs space until the next compaction, nothing else.
  private void punch(Location at) {
    Segment segment = segmentOf(at);
    if (segment == null) {
      return;
    }
    long from =
        RecordShape.align(
            at.offset() + RecordShape.GRANULE_BYTES, RecordShape.LARGE_ALIGNMENT_BYTES);
    long end = at.offset() + at.shape().extentBytes();
    long to = end & -RecordShape.LARGE_ALIGNMENT_BYTES;
    try {
      if (from < to && !segment.file.punch(from, to)) {
        LOG.debug("punch.unsupported file={}", segment.path);
      }
    } catch (IOException e) {
      LOG.info("punch.failed file={} offset={} reason={}", segment.path, from, IoFailure.text(e));
    }
  }

  // --- looking up

  /// Notes a damaged chunk.
  Damage damaged(ChunkId chunk, Segment segment, DamagedRecord e) {
    Damage damage = new Damage(chunk, segment.path, e.offset(), e.what());
    if (damaged.add(chunk.local())) {
      LOG.error(
          "chunk.damaged chunk={} file={} offset={} what=\"{}\"",
          chunk,
          segment.path,
          e.offset(),
          e.what());
    }
    return damage;
  }

  /// Takes a chunk off the list of the damaged: it was just read whole.
  void sound(ChunkId chunk) {
    damaged.remove(chunk.local());
  }

  @Nullable Location locate(ChunkId chunk) {
    lock.lock();
    try {
      return table.get(chunk.local());
    } finally {
      lock.unlock();
    }
  }

  @Nullable Segment segmentOf(Location at) {
    lock.lock();
    try {
      return segments.get(at.segment());
    } finally {
      lock.unlock();
    }
  }

  boolean contains(ChunkId chunk) {
    checkOpen();
    return locate(chunk) != null;
  }

  /// A chunk of the index.
  record Entry(ChunkId id, Location at) {}

  /// The chunks in a segment, in the order in which they lie.
  List<Entry> entriesOf(Segment segment) {
    List<Entry> entries = new ArrayList<>();
    lock.lock();
    try {
      table.forEach((local, at) -> {
        if (at.segment() == segment.number()) {
          entries.add(new Entry(new ChunkId(id.value(), local), at));
        }
      });
    } finally {
      lock.unlock();
    }
    entries.sort(Comparator.comparingLong(entry -> entry.at().offset()));
    return entries;
  }

  // --- state

  void checkOpen() {
    if (closed) {
      throw new MillraceException(
          ErrorCode.UNAVAILABLE, "volume " + id + ": closed: open the store again");
    }
  }

  void checkWritable() {
    checkOpen();
    if (readOnly != null) {
      throw new MillraceException(
          ErrorCode.READ_ONLY,
          "volume "
              + id
              + ": read-only since an error ("
              + readOnly
              + "): look at the disk, then restart the node");
    }
  }

  void turnReadOnly(String reason) {
    if (readOnly == null && !closed) {
      readOnly = reason;
      LOG.error("volume.readonly volume={} folder={} reason=\"{}\"", id, folder, reason);
    }
  }

  boolean writable() {
    return readOnly == null;
  }

  /// Sets what opening found out. Needs the lock.
  void opened(long sequence) {
    nextSequence = sequence;
    table.forEach((local, at) -> account(at, 1));
  }

  long nextSequence() {
    return nextSequence;
  }

  VolumeUsage usage() {
    lock.lock();
    try {
      return new VolumeUsage(
          id, table.size(), liveBytes, segments.garbageBytes(), damaged.size(), writable());
    } finally {
      lock.unlock();
    }
  }

  long appends() {
    return appends.sum();
  }

  long syncs() {
    lock.lock();
    try {
      return segments.syncs();
    } finally {
      lock.unlock();
    }
  }

  /// Closes the files if the volume holds nothing and nothing is on its way into it.
  boolean abandon() {
    lock.lock();
    try {
      if (table.size() != 0 || !pending.isEmpty()) {
        return false;
      }
      closed = true;
      segments.close();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Closes the files, with a snapshot of the index when all is in order.
  void close() {
    maintenance.lock();
    lock.lock();
    try {
      if (!closed) {
        if (readOnly == null) {
          new IndexFile(this).save();
          segments.mark(); // not synced, so behind what the snapshot knows
        }
        closed = true;
        segments.close();
      }
    } finally {
      lock.unlock();
      maintenance.unlock();
    }
  }

  @Override
  public String toString() {
    return "DiskVolume["
        + id
        + " in "
        + folder
        + ", segments "
        + Arrays.toString(segments.numbers())
        + "]";
  }
}
