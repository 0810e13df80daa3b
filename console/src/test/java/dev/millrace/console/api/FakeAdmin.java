package dev.millrace.console.api;

import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Admin;
import dev.millrace.model.DiskId;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeId;
import dev.millrace.model.NodeInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One node with disks. Fails with [#failure] when that is set.
final class FakeAdmin implements Admin {
  private final List<DiskInfo> disks = new ArrayList<>();
  volatile @Nullable RuntimeException failure;

  @Override
  public synchronized List<NodeInfo> nodes() {
    failIfTold();
    return List.of(
        new NodeInfo(
            new NodeId(new Id128(-1, 7)),
            List.of("master", "storage"),
            "running",
            4711,
            "wörk-1",
            "127.0.0.1:1",
            disks,
            2,
            Long.MAX_VALUE,
            1L << 60,
            3));
  }

  @Override
  public synchronized DiskInfo addDisk(String path) {
    failIfTold();
    DiskInfo disk =
        new DiskInfo(new DiskId(new Id128(9, disks.size())), path, 1L << 40, 1L << 39, 42, true);
    disks.add(disk);
    return disk;
  }

  @Override
  public KeyRotation rotateKey() {
    failIfTold();
    return new KeyRotation(2, 123_456_789_012L);
  }

  @Override
  public ScrubReport scrub() {
    failIfTold();
    return new ScrubReport(5, 1L << 41, List.of("chunk 1 in \"a\"\n", "chunk 2"));
  }

  @Override
  public Checkup doctor() {
    failIfTold();
    return new Checkup(
        List.of(
            new Finding("network", true, "connect to \"x\"", ""),
            new Finding("memory limit", false, "no controller", "ünlikely\n  two lines")));
  }

  private void failIfTold() {
    if (failure != null) {
      throw failure;
    }
  }

  void failWith(MillraceException failure) {
    this.failure = failure;
  }
}
