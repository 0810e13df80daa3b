package dev.millrace.node;

import dev.millrace.client.Admin;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeInfo;
import dev.millrace.net.Catalog;
import dev.millrace.node.home.Home;
import dev.millrace.volumes.Disks;
import dev.millrace.volumes.StoreUsage;
import dev.millrace.wire.seal.MasterKeys;
import java.util.ArrayList;
import java.util.List;

/// What the owner of a home can do with its node.
final class NodeAdmin implements Admin {
  private static final List<String> ROLES =
      List.of("master", "storage", "worker", "balancer", "gateway");

  private final Home home;
  private final DiskSet diskSet;
  private final Disks disks;
  private final Catalog catalog;
  private final MasterKeys keys;
  private final int slots;

  NodeAdmin(Home home, DiskSet diskSet, Disks disks, Catalog catalog, MasterKeys keys, int slots) {
    this.home = home;
    this.diskSet = diskSet;
    this.disks = disks;
    this.catalog = catalog;
    this.keys = keys;
    this.slots = slots;
  }

  @Override
  public List<NodeInfo> nodes() {
    StoreUsage usage = disks.usage();
    List<DiskInfo> infos = new ArrayList<>();
    disks.disks().forEach(disk -> infos.add(disk.info()));
    return List.of();
  }

  @Override
  public DiskInfo addDisk(String path) {
    return diskSet.add(disks, path);
  }

  @Override
  public KeyRotation rotateKey() {
    return new KeyRotationTask(catalog, keys).run();
  }

  @Override
  public ScrubReport scrub() {
    throw new UnsupportedOperationException();
  }
}
