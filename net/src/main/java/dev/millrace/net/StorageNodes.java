package dev.millrace.net;

import dev.millrace.model.NodeId;
import dev.millrace.model.StoragePolicy;
import java.util.List;

/// The storage nodes that can be reached.
public interface StorageNodes {
  /// The node's chunks.
  ///
  /// @throws dev.millrace.base.MillraceException UNAVAILABLE when the node is unknown or lost
  ChunkService chunks(NodeId node);

  /// Where a new volume of this policy should lie, best choice first.
  ///
  /// @throws dev.millrace.base.MillraceException DISK_FULL when too few nodes have room
  List<NodeId> place(StoragePolicy policy);

  /// Over how many open volumes writers should spread their chunks: the disks that take writes,
  /// say.
  default int spread() {
    return 1;
  }

  /// How many nodes can fail one without the other: what the default storage policy follows.
  default int failureDomains() {
    return 1;
  }
}
