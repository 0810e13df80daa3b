package dev.millrace.volumes;

import dev.millrace.wire.volume.RecordCodec;
import dev.millrace.wire.volume.RecordHeader;
import dev.millrace.wire.volume.RecordShape;
import dev.millrace.wire.volume.SegmentHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/// One segment file of a volume: its extents, its shared sync, its figures. Fields that the
/// volume's lock guards are touched only while it is held.
final class Segment {
  static final String SUFFIX = ".seg";

  /// Behind the name of a file whose header is not durable yet.
  static final String NEW_SUFFIX = ".new";

  final SegmentHeader header;
  final Path path;
  final SegmentFile file;
  final ExtentLedger ledger;

  private final GroupCommit commit;
  private final ReentrantLock volumeLock;

  // Guarded by the volume's lock.
  private final Map<Long, Integer> tombstones = new HashMap<>();
  private long liveBytes;
  private long markedThrough;

  Segment(
      SegmentHeader header, Path path, SegmentFile file, ReentrantLock volumeLock, Executor syncs) {
    this.header = header;
    this.path = path;
    this.file = file;
    this.ledger = new ExtentLedger(SegmentHeader.BLOCK_BYTES);
    this.volumeLock = volumeLock;
    this.markedThrough = SegmentHeader.BLOCK_BYTES;
    this.commit = new GroupCommit(this::sync, syncs);
  }

  static String fileName(long number) {
    return String.format("%08x", number) + SUFFIX;
  }

  long number() {
    return header.segmentNumber();
  }

  private void sync() throws IOException {
    long through = writtenThrough();
    file.sync();
    volumeLock.lock();
    try {
      ledger.durable(through);
    } finally {
      volumeLock.unlock();
    }
  }

  private long writtenThrough() {
    volumeLock.lock();
    try {
      return ledger.writtenThrough();
    } finally {
      volumeLock.unlock();
    }
  }

  /// Waits until all that was written is durable.
  void commit() throws IOException {
    commit.commit();
  }

  long syncs() {
    return commit.syncs();
  }

  RecordHeader.Place placeAt(long offset) {
    return new RecordHeader.Place(header.nonce(), offset, ledger.durableThrough());
  }

  RecordCodec.Site siteAt(long offset) {
    return new RecordCodec.Site(header.volumeNumber(), header.nonce(), offset);
  }

  // The rest needs the volume's lock.

  void addLive(long bytes) {
    liveBytes += bytes;
  }

  void addTombstone(long targetSegment) {
    tombstones.merge(targetSegment, 1, Integer::sum);
  }

  /// Tombstones for a segment that is gone are garbage.
  void forgetTombstonesFor(long targetSegment) {
    tombstones.remove(targetSegment);
  }

  Map<Long, Integer> tombstones() {
    return tombstones;
  }

  long liveBytes() {
    return liveBytes;
  }

  private long tombstoneBytes() {
    return RecordShape.GRANULE_BYTES
        * tombstones.values().stream().mapToLong(Integer::longValue).sum();
  }

  long usedBytes() {
    return ledger.tail() - SegmentHeader.BLOCK_BYTES;
  }

  /// What neither chunks nor needed tombstones take.
  long garbageBytes() {
    return Math.max(0, usedBytes() - liveBytes - tombstoneBytes());
  }

  /// Whether a mark would tell a scan anything.
  boolean needsMark() {
    return ledger.idle()
        && ledger.tail() > markedThrough
        && ledger.durableThrough() == ledger.tail();
  }

  /// Goes on with what was found on the disk.
  ///
  /// @param known durable, as a scan can tell from the file
  void resume(long tail, long known) {
    ledger.restart(tail);
    markedThrough = known;
  }

  /// A mark was written behind all else.
  void marked() {
    markedThrough = ledger.tail();
  }
}
