package dev.millrace.volumes;

import dev.millrace.base.Check;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.DiskId;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeId;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.SealedChunk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The chunks of one disk: a folder with an identity file, a lock and a folder for each volume.
///
/// ```
/// disk                      identity: dev.millrace.wire.volume.DiskIdentity
/// lock                      held while the store is open
/// volumes/<id>/<n>.seg      segment files: dev.millrace.wire.volume.RecordCodec
/// volumes/<id>/index        the index at the last close
/// ```
public final class DiskStore implements ChunkStore {
  private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);

  private final DiskFolder folder;
  private final VolumeContext context;
  private final ExecutorService syncs;
  private final AutoCloseable folderLock;
  private final ConcurrentSkipListMap<VolumeId, DiskVolume> volumes = new ConcurrentSkipListMap<>();
  private final ReentrantLock creating = new ReentrantLock();
  private final List<Damage> damage = new ArrayList<>();
  private volatile boolean closed;

  private DiskStore(
      DiskFolder folder,
      StoreOptions options,
      IdSource ids,
      Clock clock,
      AutoCloseable folderLock) {
    this.folder = folder;
    this.folderLock = folderLock;
    this.syncs =
        // house: reused between syncs; at most one thread a segment, and they have names
        Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("volume-sync-", 0).factory());
    this.context =
        new VolumeContext(
            folder.io(),
            folder.identity().disk(),
            options,
            new FreeSpace(folder.io(), folder.path(), options, clock),
            new RecordFile(new BufferPool()),
            ids,
            syncs);
  }

  /// Opens the disk in `path`; an empty or missing folder becomes a new disk of `owner` first.
  ///
  /// @throws MillraceException ACCESS_DENIED when it belongs to another node, HOME_VERSION when
  ///   another version of Millrace wrote it, HOME_IN_USE when it is open already, CORRUPT_DATA when
  ///   its identity is damaged, INVALID_ARGUMENT when the folder holds something else
  public static DiskStore openOrCreate(
      Path path, NodeId owner, StoreOptions options, IdSource ids, Clock clock) {
    return open(new RealDisk(), path, owner, options, ids, clock, true);
  }

  /// As [#openOrCreate], for a disk that must be there: a folder without one (a disk that isn't
  /// mounted) is NO_SUCH_FILE.
  public static DiskStore open(
      Path path, NodeId owner, StoreOptions options, IdSource ids, Clock clock) {
    return open(new RealDisk(), path, owner, options, ids, clock, false);
  }

  static DiskStore open(
      DiskIo io,
      Path path,
      NodeId owner,
      StoreOptions options,
      IdSource ids,
      Clock clock,
      boolean create) {
    DiskFolder.Opened opened = DiskFolder.open(io, path, owner, ids, create);
    DiskStore store = new DiskStore(opened.folder(), options, ids, clock, opened.lock());
    boolean done = false;
    try {
      store.openVolumes();
      done = true;
      return store;
    } finally {
      if (!done) {
        store.close();
      }
    }
  }

  private void openVolumes() {
    boolean clean = true;
    for (VolumeId id : folder.volumeIds()) {
      DiskVolume volume = new DiskVolume(id, folder.volumePath(id), context);
      volumes.put(id, volume);
      VolumeOpening opening = new VolumeOpening(volume);
      damage.addAll(opening.open());
      clean &= opening.clean();
    }
    if (!clean || volumes.isEmpty()) {
      String failure = folder.syncNames();
      if (!failure.isEmpty()) {
        volumes.values().forEach(volume -> volume.turnReadOnly(failure));
      }
    }
  }

  public DiskId id() {
    return context.disk();
  }

  public Path path() {
    return folder.path();
  }

  /// What was found damaged when the store was opened: beside chunks also headers and tombstones.
  public List<Damage> damageAtOpen() {
    return List.copyOf(damage);
  }

  /// Whether the disk has this volume.
  public boolean holds(VolumeId volume) {
    return volumes.containsKey(volume);
  }

  @Override
  public void append(SealedChunk chunk) {
    checkOpen();
    VolumeId id = chunk.id().volume();
    DiskVolume volume = volumes.get(id);
    (volume == null ? create(id) : volume).append(chunk);
  }

  private DiskVolume create(VolumeId id) {
    creating.lock();
    try {
      checkOpen();
      DiskVolume there = volumes.get(id);
      if (there != null) {
        return there;
      }
      folder.createVolume(id);
      DiskVolume volume = new DiskVolume(id, folder.volumePath(id), context);
      volume.opened(1);
      volumes.put(id, volume);
      return volume;
    } finally {
      creating.unlock();
    }
  }

  /// Forgets a volume that holds nothing, so that another disk can take it.
  ///
  /// @return false when it holds something
  boolean abandon(VolumeId id) {
    creating.lock();
    try {
      DiskVolume volume = volumes.get(id);
      if (volume == null) {
        return true;
      }
      boolean abandoned = volume.abandon();
      if (abandoned) {
        volumes.remove(id);
      }
      return abandoned;
    } finally {
      creating.unlock();
    }
  }

  @Override
  public int read(ChunkId id, int firstFrame, int frameCount, byte[] target) {
    return find(id).reader().read(id, firstFrame, frameCount, target);
  }

  private DiskVolume find(ChunkId id) {
    checkOpen();
    DiskVolume volume = volumeOf(id);
    if (volume == null) {
      throw new MillraceException(
          ErrorCode.NO_SUCH_KEY,
          "chunk " + id + ": its volume isn't on disk " + folder.path() + ": look on another node");
    }
    return volume;
  }

  private @Nullable DiskVolume volumeOf(ChunkId id) {
    Check.that(!id.inline(), "chunk %s is inline", id);
    return volumes.get(id.volume());
  }

  @Override
  public Optional<ChunkInfo> stat(ChunkId id) {
    checkOpen();
    DiskVolume volume = volumeOf(id);
    return volume == null ? Optional.empty() : volume.reader().stat(id);
  }

  @Override
  public boolean contains(ChunkId id) {
    checkOpen();
    DiskVolume volume = volumeOf(id);
    return volume != null && volume.contains(id);
  }

  @Override
  public void delete(ChunkId id) {
    checkOpen();
    DiskVolume volume = volumeOf(id);
    if (volume != null) {
      volume.delete(id);
    }
  }

  /// The size from which on a volume takes no more chunks.
  long volumeBytes() {
    return context.options().volumeBytes();
  }

  @Override
  public List<VolumeUsage> volumes() {
    return volumes.values().stream().map(DiskVolume::usage).toList();
  }

  @Override
  public List<ChunkId> chunks(VolumeId id, @Nullable ChunkId after, int limit) {
    checkOpen();
    DiskVolume volume = volumes.get(id);
    return volume == null ? List.of() : volume.reader().chunks(after, limit);
  }

  @Override
  public List<ChunkId> chunks(@Nullable ChunkId after, int limit) {
    checkOpen();
    List<ChunkId> page = new ArrayList<>();
    for (DiskVolume volume : (after == null ? volumes : volumes.tailMap(after.volume())).values()) {
      ChunkId from = after != null && after.volume().equals(volume.id) ? after : null;
      page.addAll(volume.reader().chunks(from, limit - page.size()));
      if (page.size() == limit) {
        break;
      }
    }
    return page;
  }

  @Override
  public ScrubReport scrub(VolumeId id, ScrubPace pace, ChunkRepair repair) {
    checkOpen();
    DiskVolume volume = volumes.get(id);
    return volume == null
        ? new ScrubReport(0, 0, List.of(), 0)
        : new Scrub(volume, pace, repair).run();
  }

  @Override
  public CompactionReport compact() {
    checkOpen();
    CompactionReport report = CompactionReport.NOTHING;
    for (DiskVolume volume : volumes.values()) {
      report = report.plus(new Compaction(volume).run());
    }
    return report;
  }

  /// The disk's figures.
  public DiskInfo info() {
    boolean writable =
        volumes.isEmpty() || volumes.values().stream().anyMatch(DiskVolume::writable);
    try {
      DiskIo.Space space = context.space().sample();
      return new DiskInfo(
          id(),
          path().toString(),
          space.capacityBytes(),
          space.usableBytes(),
          context.options().headRoomOf(space.capacityBytes()),
          writable && !closed);
    } catch (MillraceException e) {
      LOG.warn("disk.unmeasured path={} reason=\"{}\"", path(), e.getMessage());
      return new DiskInfo(id(), path().toString(), 0, 0, 0, false);
    }
  }

  @Override
  public StoreUsage usage() {
    long chunks = 0;
    long live = 0;
    long garbage = 0;
    long damagedChunks = 0;
    long appends = 0;
    long syncCount = 0;
    for (DiskVolume volume : volumes.values()) {
      VolumeUsage usage = volume.usage();
      chunks += usage.chunks();
      live += usage.liveBytes();
      garbage += usage.garbageBytes();
      damagedChunks += usage.damagedChunks();
      appends += volume.appends();
      syncCount += volume.syncs();
    }
    return new StoreUsage(
        List.of(info()), volumes.size(), chunks, live, garbage, damagedChunks, appends, syncCount);
  }

  private void checkOpen() {
    if (closed) {
      throw new MillraceException(
          ErrorCode.UNAVAILABLE, "disk " + folder.path() + ": closed: open the store again");
    }
  }

  @Override
  public void close() {
    creating.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      new TreeMap<>(volumes).values().forEach(DiskVolume::close);
      syncs.shutdown();
      folderLock.close();
    } catch (IOException e) {
      LOG.info("unlock.failed path={} reason={}", folder.path(), IoFailure.text(e));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      LOG.info("unlock.failed path={} reason={}", folder.path(), e.getMessage());
    } finally {
      creating.unlock();
    }
  }
}
