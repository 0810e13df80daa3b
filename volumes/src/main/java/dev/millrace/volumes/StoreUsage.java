package dev.millrace.volumes;

import dev.millrace.model.DiskInfo;
import java.util.ArrayList;
import java.util.List;

/// A store's figures.
///
/// @param appends since it was opened
/// @param syncs `fdatasync` calls since it was opened
public record StoreUsage(
    List<DiskInfo> disks,
    long volumes,
    long chunks,
    long liveBytes,
    long garbageBytes,
    long damagedChunks,
    long appends,
    long syncs) {
  public StoreUsage {
    disks = List.copyOf(disks);
  }

  StoreUsage plus(StoreUsage other) {
    List<DiskInfo> all = new ArrayList<>(disks);
    all.addAll(other.disks);
    return new StoreUsage(
        all,
        volumes + other.volumes,
        chunks + other.chunks,
        liveBytes + other.liveBytes,
        garbageBytes + other.garbageBytes,
        damagedChunks + other.damagedChunks,
        appends + other.appends,
        syncs + other.syncs);
  }
}
