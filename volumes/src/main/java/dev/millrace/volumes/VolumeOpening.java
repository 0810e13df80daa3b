package dev.millrace.volumes;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.wire.volume.Decoded;
import dev.millrace.wire.volume.RecordHeader;
import dev.millrace.wire.volume.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Builds a volume's index from its files: from the snapshot of the last close and what was written
/// since, or, where there is no fitting snapshot, from the segments alone.
final class VolumeOpening {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeOpening.class);
  private static final String SET_ASIDE_SUFFIX = ".damaged";

  private static final Pattern SEGMENT_NAME =
      Pattern.compile("[0-7][0-9a-f]{7}\\" + Segment.SUFFIX + "(\\" + SET_ASIDE_SUFFIX + ")?");

  private final DiskVolume volume;
  private final Map<Segment, Long> sizes = new HashMap<>();
  private final Map<Long, List<Grave>> graves = new HashMap<>();

  /// Records beside those of the index: older ones, copies, dead ones.
  private final Map<Long, List<Location>> others = new HashMap<>();

  private final List<Damage> damage = new ArrayList<>();
  private long lastSequence;
  private boolean clean;

  VolumeOpening(DiskVolume volume) {
    this.volume = volume;
  }

  /// Opens the volume; what was found damaged on the way is the result.
  List<Damage> open() {
    try {
      findSegments();
      IndexFile index = new IndexFile(volume);
      Map<Long, Long> known = index.load(sizes);
      lastSequence = index.nextSequence() - 1;
      clean = !known.isEmpty() && known.size() == volume.segments().all().size();
      if (!clean) {
        syncNames();
      }
      for (Segment segment : List.copyOf(volume.segments().all())) {
        recover(segment, known.getOrDefault(segment.number(), 0L));
      }
    } catch (IOException e) {
      throw IoFailure.explain("open", volume.folder, e);
    }
    volume.lock.lock();
    try {
      bury();
      volume.segments().resume();
      volume.opened(lastSequence + 1);
      forgetNeedlessTombstones();
    } finally {
      volume.lock.unlock();
    }
    settle();
    for (Damage one : damage) {
      LOG.error("volume.damage volume={} {}", volume.id, one.describe());
    }
    return damage;
  }

  /// Whether a snapshot knew all segments: then their names are durable.
  boolean clean() {
    return clean;
  }

  /// The last process may have died between making a file and making its name durable; from now on
  /// it counts.
  private void syncNames() {
    try {
      volume.context.io().syncFolder(volume.folder);
    } catch (IOException e) {
      volume.turnReadOnly("sync " + volume.folder + ": " + IoFailure.text(e));
    }
  }

  private void findSegments() throws IOException {
    for (String name : volume.context.io().list(volume.folder)) {
      Path path = volume.folder.resolve(name);
      if (name.endsWith(Segment.SUFFIX + Segment.NEW_SUFFIX)) {
        remove(path); // was being made: nothing was ever written to it
      }
      if (!SEGMENT_NAME.matcher(name).matches()) {
        continue;
      }
      volume.segments().skipNumber(Long.parseLong(name.substring(0, name.indexOf('.')), 16));
      if (name.endsWith(Segment.SUFFIX)) {
        openSegment(path);
      } else {
        damage.add(new Damage(null, path, 0, "segment header: the file was set aside"));
      }
    }
  }

  private void openSegment(Path path) throws IOException {
    SegmentFile file = volume.context.io().open(path);
    byte[] block = new byte[SegmentHeader.BLOCK_BYTES];
    file.read(ByteBuffer.wrap(block), 0);
    switch (SegmentHeader.decode(block)) {
      case Decoded.Whole<SegmentHeader>(SegmentHeader header) -> add(path, file, header);
      case Decoded.Damaged<SegmentHeader>(String what, SegmentHeader corrected) -> {
        damage.add(new Damage(null, path, 0, what));
        if (corrected != null) {
          add(path, file, corrected);
        } else if (what.startsWith("segment format version")) {
          file.close();
          throw new MillraceException(
              ErrorCode.HOME_VERSION,
              path + ": " + what + ": use the Millrace version that wrote it");
        } else {
          setAside(path, file);
        }
      }
      case Decoded.Blank<SegmentHeader>() -> {
        damage.add(new Damage(null, path, 0, "segment header: zeros"));
        setAside(path, file);
      }
    }
  }

  private void add(Path path, SegmentFile file, SegmentHeader header) throws IOException {
    boolean own =
        header.volumeNumber() == volume.id.value()
            && header.disk().equals(volume.context.disk())
            && path.endsWith(Segment.fileName(header.segmentNumber()));
    if (!own) {
      damage.add(
          new Damage(
              null,
              path,
              0,
              "segment header: it is segment %d of volume %016x of disk %s"
                  .formatted(header.segmentNumber(), header.volumeNumber(), header.disk())));
      setAside(path, file);
      return;
    }
    Segment segment = new Segment(header, path, file, volume.lock, volume.context.syncs());
    sizes.put(segment, file.size());
    volume.segments().add(segment);
  }

  private void setAside(Path path, SegmentFile file) {
    try {
      file.close();
      volume.context.io().move(path, path.resolveSibling(path.getFileName() + SET_ASIDE_SUFFIX));
      volume.context.io().syncFolder(volume.folder);
    } catch (IOException e) {
      volume.turnReadOnly("set " + path + " aside: " + IoFailure.text(e));
    }
  }

  private void remove(Path path) {
    try {
      volume.context.io().delete(path);
      volume.context.io().syncFolder(volume.folder);
    } catch (IOException e) {
      volume.turnReadOnly("remove " + path + ": " + IoFailure.text(e));
    }
  }

  private void recover(Segment segment, long known) throws IOException {
    SegmentRecovery recovery =
        new SegmentRecovery(volume, segment, sizes.getOrDefault(segment, 0L));
    recovery.examine(Math.max(known, SegmentHeader.BLOCK_BYTES));
    try {
      recovery.mend();
    } catch (IOException e) {
      volume.turnReadOnly("mend " + segment.path + ": " + IoFailure.text(e));
      recovery.resume();
    }
    damage.addAll(recovery.damage());
    for (SegmentScan.Found found : recovery.good()) {
      apply(segment, found);
    }
  }

  private void apply(Segment segment, SegmentScan.Found found) {
    switch (found.header()) {
      case RecordHeader.Chunk chunk -> {
        lastSequence = Math.max(lastSequence, chunk.sequence());
        long local = chunk.id().local();
        Location at =
            new Location(chunk.sequence(), segment.number(), found.offset(), chunk.shape());
        Location other = volume.table.get(local);
        if (other == null || at.supersedes(other)) {
          volume.table.put(local, at);
        }
        if (other != null && !other.samePlace(at)) {
          addOther(local, at.supersedes(other) ? other : at);
        }
      }
      case RecordHeader.Tombstone tombstone -> {
        lastSequence = Math.max(lastSequence, tombstone.upToSequence());
        graves
            .computeIfAbsent(tombstone.id().local(), local -> new ArrayList<>(1))
            .add(
                new Grave(
                    tombstone.id().local(),
                    tombstone.upToSequence(),
                    tombstone.targetSegment(),
                    tombstone.targetOffset()));
        segment.addTombstone(tombstone.targetSegment());
      }
      case RecordHeader.Mark _ -> {
        // has said all by its place
      }
    }
  }

  private void addOther(long local, Location at) {
    others.computeIfAbsent(local, key -> new ArrayList<>(1)).add(at);
  }

  private boolean dead(long local, Location at) {
    return graves.getOrDefault(local, List.of()).stream().anyMatch(grave -> grave.kills(at));
  }

  /// Takes what has a tombstone out of the index; the best of what lives is left.
  private void bury() {
    for (long local : graves.keySet()) {
      Location at = volume.table.get(local);
      if (at == null || !dead(local, at)) {
        continue;
      }
      volume.table.remove(local);
      Location best = null;
      for (Location other : others.getOrDefault(local, List.of())) {
        if (!dead(local, other) && (best == null || other.supersedes(best))) {
          best = other;
        }
      }
      addOther(local, at);
      if (best != null) {
        others.getOrDefault(local, List.of()).remove(best);
        volume.table.put(local, best);
      }
    }
  }

  private void forgetNeedlessTombstones() {
    for (Segment segment : volume.segments().all()) {
      segment.tombstones().keySet().removeIf(target -> volume.segments().get(target) == null);
    }
  }

  /// Makes the rules of [DiskVolume] hold again: a crash may have come between a copy and the
  /// tombstone for what it replaces, or before an emptied segment was unlinked.
  private void settle() {
    if (!volume.writable()) {
      return;
    }
    try {
      Compaction compaction = new Compaction(volume);
      List<Grave> owed = new ArrayList<>();
      others.forEach((local, records) -> {
        for (Location at : records) {
          if (compaction.emptied(at.segment())) {
            compaction.dropEmptied(at.segment());
          } else if (!entombed(local, at) && volume.segmentOf(at) != null) {
            owed.add(Grave.ofRecord(local, at));
          }
        }
      });
      volume.entomb(owed);
    } catch (MillraceException e) {
      volume.turnReadOnly("settle deleted chunks: " + e.getMessage());
    }
  }

  private boolean entombed(long local, Location at) {
    return graves.getOrDefault(local, List.of()).stream()
        .anyMatch(grave -> grave.segment() == at.segment() && grave.kills(at));
  }
}
