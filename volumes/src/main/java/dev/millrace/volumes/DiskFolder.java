package dev.millrace.volumes;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.model.DiskId;
import dev.millrace.model.NodeId;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.volume.DiskIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder of a disk: whose it is, and which volumes are in it.
record DiskFolder(DiskIo io, Path path, DiskIdentity identity) {
  private static final Logger LOG = LoggerFactory.getLogger(DiskFolder.class);
  private static final String IDENTITY = "disk";
  private static final String NEW_IDENTITY = "disk.new";
  private static final String VOLUMES = "volumes";
  private static final int MAX_IDENTITY_BYTES = 4096;

  /// What may lie in a folder that becomes a disk: the lock, a file system's own, and what a crash
  /// left of an earlier attempt.
  private static final Set<String> IGNORED = Set.of("lock", "lost+found", NEW_IDENTITY, VOLUMES);

  /// A folder whose lock is held.
  record Opened(DiskFolder folder, AutoCloseable lock) {}

  static Opened open(DiskIo io, Path path, NodeId owner, IdSource ids, boolean create) {
    try {
      boolean there = io.exists(path.resolve(IDENTITY));
      if (!there && !create) {
        throw new MillraceException(
            ErrorCode.NO_SUCH_FILE,
            "disk " + path + ": no disk is there: mount it, or take it out of the configuration");
      }
      if (!there) {
        io.createFolder(path);
        checkEmpty(io, path);
      }
      AutoCloseable lock = io.lock(path);
      boolean done = false;
      try {
        DiskIdentity identity = there ? read(io, path) : write(io, path, owner, ids);
        if (!identity.node().equals(owner)) {
          throw new MillraceException(
              ErrorCode.ACCESS_DENIED,
              "disk "
                  + path
                  + ": belongs to node "
                  + identity.node()
                  + ", this is "
                  + owner
                  + ": give each node folders of its own");
        }
        if (!io.exists(path.resolve(VOLUMES))) {
          io.createFolder(path.resolve(VOLUMES));
          io.syncFolder(path);
        }
        done = true;
        return new Opened(new DiskFolder(io, path, identity), lock);
      } finally {
        if (!done) {
          unlock(lock, path);
        }
      }
    } catch (IOException e) {
      throw IoFailure.explain("open disk", path, e);
    }
  }

  private static void unlock(AutoCloseable lock, Path path) {
    try {
      lock.close();
    } catch (Exception e) {
      LOG.info("unlock.failed path={} reason={}", path, e.getMessage());
    }
  }

  private static void checkEmpty(DiskIo io, Path path) throws IOException {
    for (String name : io.list(path)) {
      boolean oldVolumes = name.equals(VOLUMES) && !io.list(path.resolve(VOLUMES)).isEmpty();
      if (!IGNORED.contains(name) || oldVolumes) {
        throw new MillraceException(
            ErrorCode.INVALID_ARGUMENT,
            "disk "
                + path
                + ": not a Millrace disk, and not empty (it holds '"
                + name
                + "'): give an empty folder");
      }
    }
  }

  private static DiskIdentity read(DiskIo io, Path path) throws IOException {
    try (SegmentFile file = io.open(path.resolve(IDENTITY))) {
      byte[] bytes = new byte[MAX_IDENTITY_BYTES];
      int length = file.read(ByteBuffer.wrap(bytes), 0);
      return DiskIdentity.decode(Arrays.copyOf(bytes, length), path.resolve(IDENTITY).toString());
    }
  }

  private static DiskIdentity write(DiskIo io, Path path, NodeId owner, IdSource ids)
      throws IOException {
    Id128 id = ids.timeOrdered();
    DiskIdentity identity = new DiskIdentity(new DiskId(id), owner);
    Path fresh = path.resolve(NEW_IDENTITY);
    if (io.exists(fresh)) {
      io.delete(fresh);
    }
    try (SegmentFile file = io.create(fresh)) {
      file.write(ByteBuffer.wrap(identity.encode()), 0);
      Uninterrupted.run(file::sync);
    }
    io.move(fresh, path.resolve(IDENTITY));
    io.syncFolder(path);
    LOG.info("disk.created path={} disk={} node={}", path, identity.disk(), owner);
    return identity;
  }

  /// The volumes that are there, in order.
  List<VolumeId> volumeIds() {
    try {
      return io.list(path.resolve(VOLUMES)).stream()
          .filter(name -> name.matches("[0-7][0-9a-f]{15}") && !name.equals("0".repeat(16)))
          .map(name -> new VolumeId(Long.parseLong(name, 16)))
          .toList();
    } catch (IOException e) {
      throw IoFailure.explain("list", path.resolve(VOLUMES), e);
    }
  }

  /// Makes the names durable that the last process may have left otherwise.
  ///
  /// @return what went wrong; empty when nothing did
  String syncNames() {
    try {
      io.syncFolder(path);
      io.syncFolder(path.resolve(VOLUMES));
      return "";
    } catch (IOException e) {
      return "sync " + path + ": " + IoFailure.text(e);
    }
  }

  Path volumePath(VolumeId id) {
    return path.resolve(VOLUMES).resolve(id.toString());
  }

  /// Makes the folder of a volume, durable.
  void createVolume(VolumeId id) {
    try {
      io.createFolder(volumePath(id));
      io.syncFolder(path.resolve(VOLUMES));
    } catch (IOException e) {
      throw IoFailure.explain("create", volumePath(id), e);
    }
  }
}
