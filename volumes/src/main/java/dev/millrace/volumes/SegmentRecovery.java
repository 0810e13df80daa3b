package dev.millrace.volumes;

import dev.millrace.wire.volume.RecordHeader;
import dev.millrace.wire.volume.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings one segment file into order after whatever ended the last process.
///
/// Every header says through which offset the file was durable when it was written; the highest of
/// these divides the file. **Below**, everything was durable: what is wrong there is damage, is
/// reported, and stays as it is. **Above** lies what was being written: a record counts only if
/// every byte of it is right; it is then written once more and synced, since an earlier sync may
/// have failed and left it in memory only. All else there was never acknowledged: it is wiped, so
/// that no later scan takes it for a record, and the file is cut behind the last record.
///
/// (One acknowledged record may be among those above when rot meets a crash: the last ones before
/// it, of which no later header tells. It is then wiped as unfinished; the log names it.)
final class SegmentRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentRecovery.class);

  private final DiskVolume volume;
  private final Segment segment;
  private final long size;
  private final List<SegmentScan.Found> good = new ArrayList<>();
  private final List<Damage> damage = new ArrayList<>();
  private final List<SegmentScan.Gap> wipes = new ArrayList<>();
  private final List<SegmentScan.Found> unsynced = new ArrayList<>();
  private byte[] scratch = new byte[0];
  private long durable;
  private long tail;

  SegmentRecovery(DiskVolume volume, Segment segment, long size) {
    this.volume = volume;
    this.segment = segment;
    this.size = size;
  }

  /// The records that count, in their order.
  List<SegmentScan.Found> good() {
    return good;
  }

  List<Damage> damage() {
    return damage;
  }

  /// Examines the file from `start`, below which all is known already.
  void examine(long start) throws IOException {
    SegmentScan scan = new SegmentScan(segment, size);
    scan.run(start);
    durable = start;
    for (SegmentScan.Found found : scan.records()) {
      durable = Math.max(durable, found.header().place().durableThrough());
    }
    tail = Math.max(start, durable);
    for (SegmentScan.Found found : scan.records()) {
      sort(found);
    }
    for (SegmentScan.Gap gap : scan.gaps()) {
      if (gap.from() >= durable) {
        wipes.add(gap);
      } else {
        damage.add(new Damage(null, segment.path, gap.from(), gap.what()));
      }
    }
    if (size < durable) {
      damage.add(
          new Damage(null, segment.path, size, "end: the file had at least " + durable + " bytes"));
    }
  }

  private void sort(SegmentScan.Found found) throws IOException {
    boolean known = found.end() <= durable;
    if (!known && found.header() instanceof RecordHeader.Chunk chunk && torn(found, chunk)) {
      return;
    }
    if (!known) {
      unsynced.add(found);
    }
    good.add(found);
    tail = Math.max(tail, found.end());
    String what = found.damage();
    if (what != null) {
      RecordHeader header = found.header();
      damage.add(
          new Damage(
              header instanceof RecordHeader.Chunk chunk ? chunk.id() : null,
              segment.path,
              found.offset(),
              "header: " + what));
    }
  }

  private boolean torn(SegmentScan.Found found, RecordHeader.Chunk chunk) throws IOException {
    int sealedBytes = chunk.shape().sealedBytes();
    if (scratch.length < sealedBytes) {
      scratch = new byte[sealedBytes];
    }
    Location at = new Location(chunk.sequence(), segment.number(), found.offset(), chunk.shape());
    try {
      volume
          .context
          .records()
          .readFrames(segment, chunk.id(), at, 0, chunk.shape().frameCount(), scratch);
      return false;
    } catch (DamagedRecord e) {
      LOG.warn(
          "record.unfinished chunk={} file={} offset={} what=\"{}\"",
          chunk.id(),
          segment.path,
          found.offset(),
          e.what());
      wipes.add(new SegmentScan.Gap(found.offset(), found.end(), e.what()));
      return true;
    }
  }

  /// Does what [#examine] found to be necessary.
  void mend() throws IOException {
    boolean changed = false;
    for (SegmentScan.Gap wipe : wipes) {
      if (wipe.from() < Math.min(tail, size)) {
        volume.context.records().writeZeros(segment.file, wipe.from(), Math.min(wipe.to(), size));
        changed = true;
      }
    }
    for (SegmentScan.Found found : unsynced) {
      rewrite(found.offset(), Math.min(found.end(), size));
      changed = true;
    }
    if (size > tail) {
      LOG.info("segment.cut file={} from={} to={}", segment.path, size, tail);
      segment.file.truncate(tail);
      changed = true;
    }
    if (changed) {
      Uninterrupted.run(segment.file::sync);
    }
    resume();
  }

  /// Lets the segment go on behind what was found.
  void resume() {
    volume.lock.lock();
    try {
      segment.resume(Math.max(tail, SegmentHeader.BLOCK_BYTES), durable);
    } finally {
      volume.lock.unlock();
    }
  }

  private void rewrite(long from, long to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BufferPool.BUFFER_BYTES);
    for (long at = from; at < to; at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
      segment.file.read(buffer, at);
      segment.file.write(buffer.flip(), at);
    }
  }
}
