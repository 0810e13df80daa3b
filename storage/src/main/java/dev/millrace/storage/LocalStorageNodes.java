package dev.millrace.storage;

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
import java.util.random.RandomGenerator;

/// The storage nodes of a home that is alone: the node of this process. Thread-safe when its source
/// of randomness is.
public final class LocalStorageNodes implements StorageNodes {
  private final StorageNode node;
  private final RandomGenerator random;

  public LocalStorageNodes(StorageNode node, RandomGenerator random) {
    this.node = node;
    this.random = random;
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

  @Override
  public int spread() {
    return (int)
        Math.max(
            1,
            disks().stream()
                .filter(disk -> disk.writable() && disk.freeBytes() > disk.headRoomBytes())
                .count());
  }
}
