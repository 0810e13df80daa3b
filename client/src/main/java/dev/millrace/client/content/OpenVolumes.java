package dev.millrace.client.content;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.NodeId;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Volume;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.net.StorageNodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The open volumes that this process writes to, a few a policy. Thread-safe.
///
/// Those that the catalog has open are taken up again after a restart; new ones are made as wanted,
/// where [StorageNodes#place] says.
final class OpenVolumes {
  /// However many disks there are: each open volume costs its members a file or two.
  private static final int MAX_SPREAD = 16;

  private static final Logger LOG = LoggerFactory.getLogger(OpenVolumes.class);

  private final Catalog catalog;
  private final StorageNodes nodes;
  private final VolumeMap map;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<StoragePolicy, List<Volume>> open = new HashMap<>();

  OpenVolumes(Catalog catalog, StorageNodes nodes, VolumeMap map) {
    this.catalog = catalog;
    this.nodes = nodes;
    this.map = map;
  }

  /// A volume to write to.
  ///
  /// @param turn counts up with the caller's chunks: consecutive ones get different volumes
  /// @throws MillraceException DISK_FULL when no volume takes writes and none can be made
  Volume choose(StoragePolicy policy, int turn) {
    lock.lock();
    try {
      List<Volume> volumes = open.computeIfAbsent(policy, this::known);
      if (volumes.size() < Math.clamp(nodes.spread(), 1, MAX_SPREAD)) {
        try {
          volumes.add(make(policy));
        } catch (MillraceException e) {
          if (e.code() != ErrorCode.DISK_FULL || volumes.isEmpty()) {
            throw e;
          }
        }
      }
      return volumes.get(Math.floorMod(turn, volumes.size()));
    } finally {
      lock.unlock();
    }
  }

  private List<Volume> known(StoragePolicy policy) {
    List<Volume> volumes = new ArrayList<>();
    for (Volume volume : catalog.query(new CatalogQuery.ListVolumes())) {
      map.remember(volume);
      if (volume.state() == Volume.State.OPEN
          && volume.policy().equals(policy)
          && volumes.size() < MAX_SPREAD
          && reachable(volume)) {
        volumes.add(volume);
      }
    }
    return volumes;
  }

  private boolean reachable(Volume volume) {
    try {
      for (NodeId member : volume.members()) {
        nodes.chunks(member);
      }
      return true;
    } catch (MillraceException e) {
      LOG.info("volume-not-used volume={} reason=\"{}\"", volume.id(), e.getMessage());
      return false;
    }
  }

  private Volume make(StoragePolicy policy) {
    Volume volume = catalog.execute(new CatalogCommand.CreateVolume(policy, nodes.place(policy)));
    map.remember(volume);
    LOG.info("volume-opened volume={} policy={} members={}", volume.id(), policy, volume.members());
    return volume;
  }

  /// Writes no more to this volume.
  ///
  /// @param seal whether nobody should: it is full, or takes no writes
  void retire(Volume volume, boolean seal, String reason) {
    lock.lock();
    try {
      List<Volume> volumes = open.get(volume.policy());
      if (volumes == null || !volumes.removeIf(v -> v.id().equals(volume.id()))) {
        return; // Another writer has met the same failure before.
      }
    } finally {
      lock.unlock();
    }
    LOG.info("volume-left volume={} sealed={} reason=\"{}\"", volume.id(), seal, reason);
    if (seal) {
      catalog.execute(new CatalogCommand.SealVolume(volume.id()));
      map.refresh(volume.id());
    }
  }
}
