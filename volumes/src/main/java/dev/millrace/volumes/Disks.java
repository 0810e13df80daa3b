package dev.millrace.volumes;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.SealedChunk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// All disks of a node, of any sizes, added while they are in use. A volume lies on one disk whole;
/// a new one goes to the writable disk with room for most volumes. What goes wrong with one disk
/// stays with its volumes.
public final class Disks implements ChunkStore {
  private final CopyOnWriteArrayList<DiskStore> disks = new CopyOnWriteArrayList<>();
  private final ReentrantLock placing = new ReentrantLock();

  /// Takes over `first`, in this order. Closes them when it is closed.
  public Disks(List<DiskStore> first) {
    first.forEach(this::add);
  }

  /// Puts a disk into use.
  ///
  /// @throws MillraceException PRECONDITION_FAILED when the disk is in use already, or a volume of
  ///   it that holds chunks on both: one of them is a copy
  public void add(DiskStore disk) {
    placing.lock();
    try {
      for (DiskStore other : disks) {
        if (other.id().equals(disk.id())) {
          throw copy(disk, other, "disk " + disk.id());
        }
        for (VolumeUsage volume : disk.volumes()) {
          boolean twice = other.holds(volume.id());
          if (twice && !disk.abandon(volume.id()) && !other.abandon(volume.id())) {
            throw copy(disk, other, "volume " + volume.id());
          }
        }
      }
      disks.add(disk);
    } finally {
      placing.unlock();
    }
  }

  private static MillraceException copy(DiskStore disk, DiskStore other, String what) {
    return new MillraceException(
        ErrorCode.PRECONDITION_FAILED,
        "disk "
            + disk.path()
            + ": "
            + what
            + " is on "
            + other.path()
            + " too: take one of the two copies out");
  }

  /// The disks in use.
  public List<DiskStore> disks() {
    return List.copyOf(disks);
  }

  private @Nullable DiskStore holding(VolumeId volume) {
    for (DiskStore disk : disks) {
      if (disk.holds(volume)) {
        return disk;
      }
    }
    return null;
  }

  @Override
  public void append(SealedChunk chunk) {
    VolumeId volume = chunk.id().volume();
    DiskStore disk = holding(volume);
    if (disk == null) {
      place(chunk);
      return;
    }
    try {
      disk.append(chunk);
    } catch (MillraceException e) {
      DiskStore roomy = bestDisk(List.of(disk));
      if (e.code() == ErrorCode.DISK_FULL && roomy != null && spare(roomy.info()) > 0) {
        throw new MillraceException(
            ErrorCode.VOLUME_FULL,
            "volume "
                + volume
                + ": its disk "
                + disk.path()
                + " is full, "
                + roomy.path()
                + " is not: take another volume",
            e);
      }
      throw e;
    }
  }

  /// Stores the first chunk of a volume on the best disk that takes it.
  private void place(SealedChunk chunk) {
    placing.lock();
    try {
      DiskStore there = holding(chunk.id().volume());
      List<DiskStore> failed = new ArrayList<>();
      MillraceException failure = null;
      while (there == null) {
        DiskStore best = bestDisk(failed);
        if (best == null) {
          throw failure != null
              ? failure
              : new MillraceException(
                  ErrorCode.READ_ONLY, "disks: none is writable: look at the disks, or add one");
        }
        try {
          best.append(chunk);
          return;
        } catch (MillraceException e) {
          if (best.holds(chunk.id().volume()) && !best.abandon(chunk.id().volume())) {
            throw e;
          }
          failure = e;
          failed.add(best);
        }
      }
      there.append(chunk);
    } finally {
      placing.unlock();
    }
  }

  private @Nullable DiskStore bestDisk(List<DiskStore> but) {
    return disks.stream()
        .filter(disk -> !but.contains(disk) && disk.info().writable())
        .max(
            Comparator.comparingLong(Disks::furtherVolumes)
                .thenComparing(disk -> disk.volumes().size(), Comparator.reverseOrder()))
        .orElse(null);
  }

  /// How many full volumes would still fit. Where that is the same, the disk with fewer volumes is
  /// better: those just opened have not taken their space yet.
  private static long furtherVolumes(DiskStore disk) {
    return Math.floorDiv(spare(disk.info()), disk.volumeBytes());
  }

  private static long spare(DiskInfo disk) {
    return disk.freeBytes() - disk.headRoomBytes();
  }

  private DiskStore find(ChunkId id) {
    DiskStore disk = holding(id.volume());
    if (disk == null) {
      throw new MillraceException(
          ErrorCode.NO_SUCH_KEY,
          "chunk " + id + ": its volume is on no disk of this node: look on another node");
    }
    return disk;
  }

  @Override
  public int read(ChunkId id, int firstFrame, int frameCount, byte[] target) {
    return find(id).read(id, firstFrame, frameCount, target);
  }

  @Override
  public Optional<ChunkInfo> stat(ChunkId id) {
    DiskStore disk = holding(id.volume());
    return disk == null ? Optional.empty() : disk.stat(id);
  }

  @Override
  public boolean contains(ChunkId id) {
    DiskStore disk = holding(id.volume());
    return disk != null && disk.contains(id);
  }

  @Override
  public void delete(ChunkId id) {
    DiskStore disk = holding(id.volume());
    if (disk != null) {
      disk.delete(id);
    }
  }

  @Override
  public List<VolumeUsage> volumes() {
    return disks.stream()
        .flatMap(disk -> disk.volumes().stream())
        .sorted(Comparator.comparing(VolumeUsage::id))
        .toList();
  }

  @Override
  public List<ChunkId> chunks(VolumeId volume, @Nullable ChunkId after, int limit) {
    DiskStore disk = holding(volume);
    return disk == null ? List.of() : disk.chunks(volume, after, limit);
  }

  @Override
  public List<ChunkId> chunks(@Nullable ChunkId after, int limit) {
    Check.that(limit > 0, "page of %d", limit);
    List<ChunkId> page = new ArrayList<>();
    for (VolumeUsage volume : volumes()) {
      int order = after == null ? 1 : volume.id().compareTo(after.volume());
      if (order >= 0 && page.size() < limit) {
        page.addAll(chunks(volume.id(), order == 0 ? after : null, limit - page.size()));
      }
    }
    return page;
  }

  @Override
  public ScrubReport scrub(VolumeId volume, ScrubPace pace, ChunkRepair repair) {
    DiskStore disk = holding(volume);
    return disk == null ? new ScrubReport(0, 0, List.of(), 0) : disk.scrub(volume, pace, repair);
  }

  @Override
  public CompactionReport compact() {
    CompactionReport report = CompactionReport.NOTHING;
    for (DiskStore disk : disks) {
      report = report.plus(disk.compact());
    }
    return report;
  }

  @Override
  public StoreUsage usage() {
    StoreUsage sum = new StoreUsage(List.of(), 0, 0, 0, 0, 0, 0, 0);
    for (DiskStore disk : disks) {
      sum = sum.plus(disk.usage());
    }
    return sum;
  }

  @Override
  public void close() {
    disks.forEach(DiskStore::close);
  }
}
