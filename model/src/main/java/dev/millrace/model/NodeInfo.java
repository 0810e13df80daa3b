package dev.millrace.model;

import java.util.List;

/// A node as `millrace nodes` shows it.
///
/// @param roles `master`, `storage`, `worker`, `balancer`, `gateway`
/// @param damagedChunks found by reading or scrubbing and not repaired
public record NodeInfo(
    NodeId id,
    List<String> roles,
    String state,
    long pid,
    String host,
    String address,
    List<DiskInfo> disks,
    int slots,
    long chunks,
    long storedBytes,
    long damagedChunks) {
  public NodeInfo {
    roles = List.copyOf(roles);
    disks = List.copyOf(disks);
  }
}
