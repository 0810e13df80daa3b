package dev.millrace.model;

import java.util.List;

/// A row of the volume map.
///
/// @param members the nodes that hold it, all of them the same chunks
public record Volume(VolumeId id, StoragePolicy policy, List<NodeId> members, State state) {
  /// Open volumes take writes; sealed ones are only read, repaired and compacted.
  public enum State {
    OPEN,
    SEALED
  }

  public Volume {
    members = List.copyOf(members);
  }
}
