package dev.millrace.storage;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeId;
import dev.millrace.model.StoragePolicy;
import dev.millrace.net.ChunkService;
import dev.millrace.net.StorageNodes;
import dev.millrace.storage.placement.Candidate;
import dev.millrace.storage.placement.VolumePlacement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The storage nodes of a home that is alone: the node of this process. Thread-safe when its source
/// of randomness is.
public final class LocalStorageNodes implements StorageNodes {
  private static final long SPREAD_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record Spread(int disks, long countedNanos) {}

  private final StorageNode node;
  private final RandomGenerator random;
  private final Clock clock;
  private volatile @Nullable Spread spread;

  public LocalStorageNodes(StorageNode node, RandomGenerator random) {
    this(node, random, Clock.system());
  }

  LocalStorageNodes(StorageNode node, RandomGenerator random, Clock clock) {
    this.node = node;
    this.random = random;
    this.clock = clock;
  }

  @Override
  public ChunkService chunks(NodeId id) {
    if (id.equals(node.node())) {
      return node;
    }
    throw new MillraceException(
        ErrorCode.UNAVAILABLE, "node " + id + ": not known here: join the cluster that it is in");
  }

  @Override
  public List<NodeId> place(StoragePolicy policy) {
    long roomBytes = 0;
    for (DiskInfo disk : disks()) {
      if (disk.writable()) {
        roomBytes = Math.max(roomBytes, disk.freeBytes() - disk.headRoomBytes());
      }
    }
    Candidate self = new Candidate(node.node(), node.node().toString(), roomBytes);
    return VolumePlacement.place(List.of(self), policy, random);
  }

  private List<DiskInfo> disks() {
    return node.store().usage().disks();
  }

  /// Writers ask for every chunk, disks change seldom: counted anew every few seconds.
  @Override
  public int spread() {
    Spread known = spread;
    long now = clock.nanoTime();
    if (known == null || now - known.countedNanos() > SPREAD_NANOS) {
      long taking =
          disks().stream()
              .filter(disk -> disk.writable() && disk.freeBytes() > disk.headRoomBytes())
              .count();
      known = new Spread((int) Math.max(1, taking), now);
      spread = known;
    }
    return known.disks();
  }
}
