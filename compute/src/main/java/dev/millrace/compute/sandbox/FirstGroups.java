package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Control groups of version 1, a tree for each controller: `memory`, `pids`, `cpu`, `cpuacct`,
/// `freezer`, as far as they are there. (Linux, Documentation/admin-guide/cgroup-v1)
final class FirstGroups implements ControlGroups {
  /// The folder that an administrator makes at a tree's root for a user without rights.
  private static final String GIVEN = "millrace";

  private final Map<Controller, Path> bases;

  private FirstGroups(Map<Controller, Path> bases) {
    this.bases = bases;
  }

  /// Makes the folder `name` in each tree: in the group of this process, whose limits then hold for
  /// all attempts together; where that isn't permitted, in the folder `millrace` at the root.
  static FirstGroups open(Map<Controller, GroupMounts.Place> places, String name) {
    Map<Controller, Path> bases = new EnumMap<>(Controller.class);
    places.forEach((controller, place) ->
        candidates(place, name)
            .filter(FirstGroups::made)
            .findFirst()
            .ifPresent(base -> bases.put(controller, base)));
    return new FirstGroups(bases);
  }

  /// Where the folder of that name may be made, best first.
  static Stream<Path> candidates(GroupMounts.Place place, String name) {
    return Stream.of(place.own(), place.mount().resolve(GIVEN)).map(parent -> parent.resolve(name));
  }

  private static boolean made(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(folder);
      }
      return true;
    } catch (IOException e) {
      return false; // not ours to write
    }
  }

  /// Every folder that was made.
  Set<Path> folders() {
    return new LinkedHashSet<>(bases.values());
  }

  @Override
  public Set<Controller> controllers() {
    return bases.keySet();
  }

  @Override
  public String detail() {
    return "control groups version 1";
  }

  @Override
  public String remedy() {
    return """
    let this user have a control group of its own, as root at each start of the machine:
    for c in memory pids cpu cpuacct freezer; do mkdir -p /sys/fs/cgroup/$c/millrace && \
    chown -R USER /sys/fs/cgroup/$c/millrace; done\
    """;
  }

  @Override
  public ControlGroup make(String name) throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (Path base : folders()) {
      folders.add(base.resolve(name));
    }
    Group group = new Group(name, new ArrayList<>(folders));
    try {
      for (Path folder : folders) {
        Files.createDirectory(folder);
      }
      return group;
    } catch (IOException e) {
      group.remove();
      throw e;
    }
  }

  @Override
  public void close() {
    ControlFiles.removeRemains(List.copyOf(folders()));
  }

  private final class Group implements ControlGroup {
    private static final String MEMORY_LIMIT = "memory.limit_in_bytes";

    private final String name;
    private final List<Path> folders;

    Group(String name, List<Path> folders) {
      this.name = name;
      this.folders = folders;
    }

    @Override
    public void limit(SandboxLimits limits) throws IOException {
      if (has(Controller.MEMORY)) {
        ControlFiles.write(file(Controller.MEMORY, MEMORY_LIMIT), limits.memoryBytes());
        ControlFiles.writeIfThere(
            file(Controller.MEMORY, "memory.memsw.limit_in_bytes"), limits.memoryBytes());
        ControlFiles.writeIfThere(file(Controller.MEMORY, "memory.swappiness"), 0);
      }
      if (has(Controller.PIDS)) {
        ControlFiles.write(file(Controller.PIDS, "pids.max"), limits.processes() + OWN_PROCESSES);
      }
      if (has(Controller.CPU)) {
        ControlFiles.write(file(Controller.CPU, "cpu.cfs_period_us"), PERIOD_MICROS);
        ControlFiles.write(
            file(Controller.CPU, "cpu.cfs_quota_us"), ControlGroups.quotaMicros(limits));
      }
    }

    private boolean has(Controller controller) {
      return bases.containsKey(controller);
    }

    private Path folder(Controller controller) {
      return base(controller).resolve(name);
    }

    private Path base(Controller controller) {
      Path base = bases.get(controller);
      if (base == null) {
        throw new IllegalStateException("bug: no controller " + controller);
      }
      return base;
    }

    private Path file(Controller controller, String file) {
      return folder(controller).resolve(file);
    }

    @Override
    public List<Path> joins() {
      return folders.stream().map(folder -> folder.resolve(ControlFiles.PROCESSES)).toList();
    }

    @Override
    public void freeze(boolean frozen) {
      if (!has(Controller.FREEZER)) {
        throw NoGroups.noFreezer();
      }
      Path state = file(Controller.FREEZER, ControlFiles.FREEZER_STATE);
      try {
        ControlFiles.write(state, frozen ? "FROZEN" : "THAWED");
        ControlFiles.settle(() -> !ControlFiles.read(state).equals("FREEZING"));
      } catch (IOException e) {
        // the attempt has ended, and the group is gone
      }
    }

    @Override
    public void killAll() {
      folders.forEach(ControlFiles::killAll);
    }

    @Override
    public boolean empty() {
      return folders.stream().allMatch(folder -> ControlFiles.processes(folder).isEmpty());
    }

    @Override
    public long cpuNanos() {
      return has(Controller.CPUACCT)
          ? ControlFiles.number(file(Controller.CPUACCT, "cpuacct.usage"))
          : 0;
    }

    @Override
    public long memoryPeakBytes() {
      return has(Controller.MEMORY)
          ? ControlFiles.number(file(Controller.MEMORY, "memory.max_usage_in_bytes"))
          : 0;
    }

    @Override
    public boolean ranOutOfMemory() {
      return has(Controller.MEMORY)
          && ControlFiles.number(file(Controller.MEMORY, "memory.oom_control"), "oom_kill") > 0;
    }

    @Override
    public long throttledPeriods() {
      return has(Controller.CPU)
          ? ControlFiles.number(file(Controller.CPU, "cpu.stat"), "nr_throttled")
          : 0;
    }

    @Override
    public boolean remove() {
      boolean removed = true;
      for (Path folder : folders) {
        removed &= ControlFiles.remove(folder);
      }
      return removed;
    }
  }
}
