package dev.millrace.node;

import dev.millrace.client.Admin;
import dev.millrace.compute.sandbox.Sandbox;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeId;
import dev.millrace.model.NodeInfo;
import dev.millrace.storage.upkeep.Scrubber;
import dev.millrace.volumes.Disks;
import dev.millrace.volumes.StoreUsage;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// What the owner of a home can do with its node.
final class NodeAdmin implements Admin {
  private static final List<String> ROLES =
      List.of("master", "storage", "worker", "balancer", "gateway");

  private final NodeId node;
  private final DiskSet diskSet;
  private final Disks disks;
  private final Tasks tasks;
  private final int slots;
  private volatile String address = "embedded";

  /// What the owner can have done.
  ///
  /// @param catalogCheck reads and verifies the catalog's tables; fails with CORRUPT_CATALOG
  record Tasks(
      Scrubber scrubber, Runnable catalogCheck, KeyRotationTask rotation, Sandbox sandbox) {}

  NodeAdmin(NodeId node, DiskSet diskSet, Disks disks, Tasks tasks, int slots) {
    this.node = node;
    this.diskSet = diskSet;
    this.disks = disks;
    this.tasks = tasks;
    this.slots = slots;
  }

  @Override
  public List<NodeInfo> nodes() {
    StoreUsage usage = disks.usage();
    return List.of(
        new NodeInfo(
            node,
            ROLES,
            "up",
            ProcessHandle.current().pid(),
            host(),
            address,
            usage.disks(),
            slots,
            usage.chunks(),
            usage.liveBytes(),
            usage.damagedChunks()));
  }

  /// Says where the node can be reached from now on.
  void reachableAt(String address) {
    this.address = address;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // a machine that cannot resolve its own name
    }
  }

  @Override
  public DiskInfo addDisk(String path) {
    return diskSet.add(disks, path);
  }

  @Override
  public KeyRotation rotateKey() {
    return tasks.rotation().run();
  }

  @Override
  public ScrubReport scrub() {
    tasks.catalogCheck().run();
    return tasks.scrubber().scrubAll();
  }

  @Override
  public Checkup doctor() {
    return new Checkup(
        tasks.sandbox().report().properties().stream()
            .map(property ->
                new Finding(
                    property.name(), property.holds(), property.detail(), property.remedy()))
            .toList());
  }
}
