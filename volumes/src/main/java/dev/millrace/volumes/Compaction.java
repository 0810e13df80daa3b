package dev.millrace.volumes;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.wire.SealedChunk;
import dev.millrace.wire.volume.RecordHeader;
import dev.millrace.wire.volume.SegmentHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the garbage out of a volume: moves what lives in a segment that is mostly garbage to the
/// volume's end, then unlinks the segment.
///
/// Each batch is *written*, *synced*, *read back and verified*, *published* in the index; when none
/// is left, and the tombstones that are still needed stand elsewhere too, the segment is unlinked.
/// A crash before that leaves two equal records of a chunk, of which the later counts
/// ([Location#supersedes]); opening finishes the work. A chunk that is deleted meanwhile leaves its
/// copy dead, which gets a tombstone of its own.
final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
  private static final long BATCH_BYTES = 32L << 20;

  private final DiskVolume volume;
  private byte[] scratch = new byte[0];
  private long movedChunks;
  private long movedBytes;

  Compaction(DiskVolume volume) {
    this.volume = volume;
  }

  private record Copy(DiskVolume.Entry entry, Segment segment, Location at) {}

  CompactionReport run() {
    volume.maintenance.lock();
    try {
      long segments = 0;
      long freed = 0;
      long skipped = 0;
      for (Segment segment : candidates()) {
        long before = segment.usedBytes();
        long movedBefore = movedBytes;
        try {
          move(segment);
          drop(segment);
          segments++;
          freed += before - (movedBytes - movedBefore);
        } catch (DamagedRecord | IOException | MillraceException e) {
          skipped++;
          LOG.warn("compaction.skipped file={} reason=\"{}\"", segment.path, e.getMessage());
        }
      }
      return new CompactionReport(segments, movedChunks, movedBytes, freed, skipped);
    } finally {
      volume.maintenance.unlock();
    }
  }

  /// Segments of more than half garbage. The one that takes new records is sealed for it, unless it
  /// is small yet.
  private List<Segment> candidates() {
    volume.lock.lock();
    try {
      if (!volume.writable()) {
        return List.of();
      }
      List<Segment> candidates = new ArrayList<>();
      SegmentSet segments = volume.segments();
      long worthwhile = volume.context.options().segmentBytes() / 4;
      for (Segment segment : segments.all()) {
        boolean mostlyGarbage = segment.garbageBytes() * 2 > segment.usedBytes();
        if (mostlyGarbage && segment.usedBytes() >= worthwhile && segment.ledger.idle()) {
          segments.seal(segment);
        }
        if (segments.sealed(segment) && (mostlyGarbage || segment.usedBytes() == 0)) {
          candidates.add(segment);
        }
      }
      return candidates;
    } finally {
      volume.lock.unlock();
    }
  }

  private void move(Segment source) throws IOException, DamagedRecord {
    List<Copy> batch = new ArrayList<>();
    long batchBytes = 0;
    boolean done = false;
    try {
      for (DiskVolume.Entry entry : volume.entriesOf(source)) {
        Copy copy = copy(source, entry);
        batch.add(copy);
        batchBytes += copy.at().shape().extentBytes();
        if (batchBytes >= BATCH_BYTES) {
          publish(batch);
          batch.clear();
          batchBytes = 0;
        }
      }
      publish(batch);
      done = true;
    } finally {
      if (!done) {
        disown(batch);
      }
    }
  }

  /// Copies that were not published are dead.
  private void disown(List<Copy> batch) {
    List<Grave> graves = new ArrayList<>();
    for (Copy copy : batch) {
      Location current = volume.locate(copy.entry().id());
      if (current == null || !current.samePlace(copy.at())) {
        graves.add(Grave.ofRecord(copy.entry().id().local(), copy.at()));
      }
    }
    if (volume.writable()) {
      volume.entombOrStop(graves);
    }
  }

  private Copy copy(Segment source, DiskVolume.Entry entry) throws IOException, DamagedRecord {
    Location at = entry.at();
    RecordFile records = volume.context.records();
    SealedChunk chunk;
    try {
      int sealedBytes = readWhole(source, entry, at);
      chunk =
          new SealedChunk(
              entry.id(),
              at.shape().plainBytes(),
              records.readRecovery(source, entry.id(), at),
              scratch,
              sealedBytes);
    } catch (DamagedRecord e) {
      if (at.equals(volume.locate(entry.id()))) {
        volume.damaged(entry.id(), source, e);
        throw e;
      }
      // deleted meanwhile: its blocks are gone already
      throw new MillraceException(
          ErrorCode.BUSY, source.path + ": chunk " + entry.id() + " was deleted: try again", e);
    }
    DiskVolume.Reservation reservation;
    volume.lock.lock();
    try {
      volume.checkWritable();
      reservation = volume.reserve(at.shape().extentBytes(), at.shape().alignmentBytes());
    } finally {
      volume.lock.unlock();
    }
    Location copied = volume.writeChunk(reservation, chunk, at.sequence());
    return new Copy(entry, reservation.segment(), copied);
  }

  private int readWhole(Segment segment, DiskVolume.Entry entry, Location at)
      throws IOException, DamagedRecord {
    if (scratch.length < at.shape().sealedBytes()) {
      scratch = new byte[at.shape().sealedBytes()];
    }
    return volume
        .context
        .records()
        .readFrames(segment, entry.id(), at, 0, at.shape().frameCount(), scratch);
  }

  private void publish(List<Copy> batch) throws IOException, DamagedRecord {
    Set<Segment> written = new LinkedHashSet<>();
    batch.forEach(copy -> written.add(copy.segment()));
    written.forEach(volume::commit);
    List<Grave> graves = new ArrayList<>();
    for (Copy copy : batch) {
      readWhole(copy.segment(), copy.entry(), copy.at());
      if (volume.movePublished(copy.entry().id().local(), copy.entry().at(), copy.at())) {
        movedChunks++;
        movedBytes += copy.at().shape().extentBytes();
      } else {
        graves.add(Grave.ofRecord(copy.entry().id().local(), copy.at()));
      }
    }
    volume.entombOrStop(graves);
  }

  /// Whether a segment holds no living chunk and takes none.
  boolean emptied(long number) {
    volume.lock.lock();
    try {
      Segment segment = volume.segments().get(number);
      return segment != null && segment.liveBytes() == 0 && volume.segments().sealed(segment);
    } finally {
      volume.lock.unlock();
    }
  }

  /// Unlinks a segment that is [#emptied].
  void dropEmptied(long number) {
    Segment segment;
    volume.lock.lock();
    try {
      segment = volume.segments().get(number);
    } finally {
      volume.lock.unlock();
    }
    if (segment == null) {
      return;
    }
    try {
      drop(segment);
    } catch (IOException e) {
      volume.turnReadOnly("unlink " + segment.path + ": " + IoFailure.text(e));
    }
  }

  /// Writes the tombstones of `segment` that are still needed elsewhere, then unlinks it.
  private void drop(Segment segment) throws IOException {
    SegmentScan scan = new SegmentScan(segment, segment.file.size());
    scan.run(SegmentHeader.BLOCK_BYTES);
    List<Grave> needed = new ArrayList<>();
    for (SegmentScan.Found found : scan.records()) {
      if (found.header() instanceof RecordHeader.Tombstone tombstone
          && tombstone.targetSegment() != segment.number()) {
        needed.add(
            new Grave(
                tombstone.id().local(),
                tombstone.upToSequence(),
                tombstone.targetSegment(),
                tombstone.targetOffset()));
      }
    }
    volume.lock.lock();
    try {
      needed.removeIf(grave -> volume.segments().get(grave.segment()) == null);
    } finally {
      volume.lock.unlock();
    }
    volume.entomb(needed);
    volume.lock.lock();
    try {
      if (segment.liveBytes() != 0) {
        throw new MillraceException(
            ErrorCode.BUSY, segment.path + ": holds a chunk still: try again");
      }
      long garbage = segment.usedBytes();
      volume.segments().drop(segment);
      LOG.info("segment.dropped file={} bytes={}", segment.path, garbage);
    } finally {
      volume.lock.unlock();
    }
  }
}
