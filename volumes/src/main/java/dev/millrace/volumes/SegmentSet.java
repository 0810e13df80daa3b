package dev.millrace.volumes;

import dev.millrace.wire.volume.RecordHeader;
import dev.millrace.wire.volume.RecordShape;
import dev.millrace.wire.volume.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The segment files of a volume, of which at most one takes new records. All methods need the
/// volume's lock.
final class SegmentSet {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentSet.class);

  private final DiskVolume volume;
  private final TreeMap<Long, Segment> segments = new TreeMap<>();
  private @Nullable Segment active;
  private long nextNumber = 1;
  private long syncsOfGone;

  SegmentSet(DiskVolume volume) {
    this.volume = volume;
  }

  @Nullable Segment get(long number) {
    return segments.get(number);
  }

  Collection<Segment> all() {
    return segments.values();
  }

  long[] numbers() {
    return segments.keySet().stream().mapToLong(Long::longValue).toArray();
  }

  /// Takes in a segment that was found on the disk.
  void add(Segment segment) {
    segments.put(segment.number(), segment);
    nextNumber = Math.max(nextNumber, segment.number() + 1);
  }

  /// Goes on with the last segment.
  void resume() {
    active = segments.isEmpty() ? null : segments.lastEntry().getValue();
  }

  /// Never uses a number up to this one.
  void skipNumber(long number) {
    nextNumber = Math.max(nextNumber, number + 1);
  }

  /// The segment for a new record; a new one when the last is full.
  Segment activeFor(int extentBytes, int alignmentBytes) {
    Segment current = active;
    long limit = volume.context.options().segmentBytes();
    if (current != null && current.ledger.endAfter(extentBytes, alignmentBytes) <= limit) {
      return current;
    }
    Segment created = create();
    add(created);
    active = created;
    return created;
  }

  /// Lets `segment` have no more records.
  void seal(Segment segment) {
    if (active == segment) {
      active = null;
    }
  }

  boolean sealed(Segment segment) {
    return active != segment && segment.ledger.idle();
  }

  /// Makes a file, durable with its name before any record goes into it. It gets its name when its
  /// header is durable: a file that is shorter than that has been damaged.
  private Segment create() {
    long number = nextNumber++;
    DiskIo io = volume.context.io();
    Path path = volume.folder.resolve(Segment.fileName(number));
    SegmentHeader header =
        new SegmentHeader(
            volume.id.value(), number, volume.context.ids().random64(), volume.context.disk());
    Path unnamed = path.resolveSibling(path.getFileName() + Segment.NEW_SUFFIX);
    try {
      writeHeader(unnamed, header);
      io.move(unnamed, path);
      io.syncFolder(volume.folder);
      return new Segment(header, path, io.open(path), volume.lock, volume.context.syncs());
    } catch (IOException e) {
      if (IoFailure.of(e) != IoFailure.FULL) {
        volume.turnReadOnly("create " + path + ": " + IoFailure.text(e));
      }
      throw IoFailure.explain("create", path, e);
    }
  }

  private void writeHeader(Path file, SegmentHeader header) throws IOException {
    DiskIo io = volume.context.io();
    try (SegmentFile made = io.create(file)) {
      made.write(ByteBuffer.wrap(header.encode()), 0);
      Uninterrupted.run(made::sync);
    } catch (IOException e) {
      if (io.exists(file)) {
        io.delete(file);
      }
      throw e;
    }
  }

  /// Unlinks a segment that nothing needs any more.
  void drop(Segment segment) throws IOException {
    seal(segment);
    volume.context.io().delete(segment.path);
    volume.context.io().syncFolder(volume.folder);
    segments.remove(segment.number());
    syncsOfGone += segment.syncs();
    for (Segment other : segments.values()) {
      other.forgetTombstonesFor(segment.number());
    }
    segment.file.close();
  }

  long garbageBytes() {
    return segments.values().stream().mapToLong(Segment::garbageBytes).sum();
  }

  long syncs() {
    return syncsOfGone + segments.values().stream().mapToLong(Segment::syncs).sum();
  }

  /// Writes down, for a scan that finds no snapshot, that all is durable.
  void mark() {
    for (Segment segment : new ArrayList<>(segments.values())) {
      if (!segment.needsMark()) {
        continue;
      }
      ExtentLedger.Extent extent =
          segment.ledger.reserve(RecordShape.GRANULE_BYTES, RecordShape.GRANULE_BYTES);
      try {
        volume
            .context
            .records()
            .write(
                segment, new RecordHeader.Mark(volume.id.value(), segment.placeAt(extent.offset)));
        segment.ledger.written(extent);
        segment.marked();
      } catch (IOException e) {
        segment.ledger.retract(extent);
        LOG.info("mark.failed file={} reason={}", segment.path, IoFailure.text(e));
      }
    }
  }

  void close() {
    List<Segment> all = new ArrayList<>(segments.values());
    for (Segment segment : all) {
      try {
        segment.file.close();
      } catch (IOException e) {
        LOG.info("close.failed file={} reason={}", segment.path, IoFailure.text(e));
      }
    }
  }
}
