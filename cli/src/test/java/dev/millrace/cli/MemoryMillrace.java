package dev.millrace.cli;

import dev.millrace.base.Id128;
import dev.millrace.client.Admin;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs;
import dev.millrace.client.Millrace;
import dev.millrace.model.DiskId;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeId;
import dev.millrace.model.NodeInfo;
import java.util.ArrayList;
import java.util.List;

/// A whole Millrace in memory.
final class MemoryMillrace implements Millrace {
  final MemoryFiles memory = new MemoryFiles();
  final MemoryJobs jobs = new MemoryJobs(memory);
  final List<String> damaged = new ArrayList<>();
  final List<Admin.Finding> findings =
      new ArrayList<>(List.of(new Admin.Finding("network", true, "connect out", "")));
  private final List<DiskInfo> disks = new ArrayList<>();

  MemoryMillrace() {
    disks.add(disk("/disks/one"));
  }

  private DiskInfo disk(String path) {
    return new DiskInfo(
        new DiskId(new Id128(2, disks.size() + 1L)), path, 1L << 40, 1L << 39, 1L << 30, true);
  }

  @Override
  public Files files() {
    return memory;
  }

  @Override
  public Jobs jobs() {
    return jobs;
  }

  @Override
  public Admin admin() {
    return new Admin() {
      @Override
      public List<NodeInfo> nodes() {
        return List.of(
            new NodeInfo(
                new NodeId(new Id128(3, 1)),
                List.of("master", "worker"),
                "up",
                42,
                "here",
                "127.0.0.1:9001",
                disks,
                2,
                7,
                123,
                damaged.size()));
      }

      @Override
      public DiskInfo addDisk(String path) {
        disks.add(disk(path));
        return disks.getLast();
      }

      @Override
      public KeyRotation rotateKey() {
        return new KeyRotation(2, 17);
      }

      @Override
      public ScrubReport scrub() {
        return new ScrubReport(7, 123, damaged);
      }

      @Override
      public Checkup doctor() {
        return new Checkup(findings);
      }
    };
  }

  @Override
  public void close() {}
}
