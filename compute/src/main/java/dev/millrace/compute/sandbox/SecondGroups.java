package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Control groups of version 2: one tree, of which this process was given a part. This process sits
/// in the leaf `supervisor` of its part, since a group with processes has no limited groups in it;
/// attempts are groups beside it, one level down.
///
/// ```
/// <the part that was given>    memory, pids, cpu are handed on
/// ├── supervisor               this process
/// └── millrace-TAG             memory, pids, cpu are handed on
///     ├── a1                   an attempt
///     └── a2
/// ```
///
/// (Linux, Documentation/admin-guide/cgroup-v2.rst; systemd, CGROUP_DELEGATION.md)
final class SecondGroups implements ControlGroups {
  static final String SUPERVISOR = "supervisor";
  private static final String HANDED_ON = "cgroup.subtree_control";
  private static final Set<Controller> WANTED =
      EnumSet.of(Controller.MEMORY, Controller.PIDS, Controller.CPU);

  private final Path base;
  private final Set<Controller> controllers;

  private SecondGroups(Path base, Set<Controller> controllers) {
    this.base = base;
    this.controllers = controllers;
  }

  /// Which of the wanted controllers a group can use.
  static Set<Controller> available(Path group) {
    List<String> names = List.of(ControlFiles.read(group.resolve("cgroup.controllers")).split(" "));
    Set<Controller> available = EnumSet.noneOf(Controller.class);
    for (Controller controller : WANTED) {
      if (names.contains(controller.kernelName())) {
        available.add(controller);
      }
    }
    return available;
  }

  /// Moves this process into the leaf, and makes the folder `name` beside it.
  ///
  /// @param part the group that was given to this process
  /// @param self the id of this process
  static SecondGroups open(Path part, String name, long self) throws IOException {
    Set<Controller> controllers = available(part);
    Path leaf = part.resolve(SUPERVISOR);
    // Only the root of the whole machine lacks a type; processes in it do no harm, and the kernel's
    // own cannot be moved.
    boolean machine = !Files.exists(part.resolve("cgroup.type"));
    if (!machine && ControlFiles.processes(part).contains(self)) {
      makeFolder(leaf);
      for (long process : ControlFiles.processes(part)) {
        ControlFiles.write(leaf.resolve(ControlFiles.PROCESSES), process);
      }
    }
    handOn(part, controllers);
    Path base = part.resolve(name);
    makeFolder(base);
    handOn(base, controllers);
    return new SecondGroups(base, controllers);
  }

  private static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder);
    }
  }

  private static void handOn(Path group, Set<Controller> controllers) throws IOException {
    String all =
        controllers.stream()
            .map(controller -> "+" + controller.kernelName())
            .collect(Collectors.joining(" "));
    ControlFiles.write(group.resolve(HANDED_ON), all);
  }

  @Override
  public Set<Controller> controllers() {
    Set<Controller> all = EnumSet.copyOf(controllers);
    all.add(Controller.CPUACCT); // every group counts processor time and can be frozen
    all.add(Controller.FREEZER);
    return all;
  }

  @Override
  public String detail() {
    return "control groups version 2";
  }

  @Override
  public String remedy() {
    return GroupsFinder.DELEGATION;
  }

  @Override
  public ControlGroup make(String name) throws IOException {
    Path folder = base.resolve(name);
    Files.createDirectory(folder);
    return new Group(folder);
  }

  @Override
  public void close() {
    ControlFiles.removeRemains(List.of(base));
  }

  private final class Group implements ControlGroup {
    private final Path folder;

    Group(Path folder) {
      this.folder = folder;
    }

    @Override
    public void limit(SandboxLimits limits) throws IOException {
      if (controllers.contains(Controller.MEMORY)) {
        ControlFiles.write(file("memory.max"), limits.memoryBytes());
        ControlFiles.writeIfThere(file("memory.swap.max"), 0);
        ControlFiles.writeIfThere(file("memory.oom.group"), 1);
      }
      if (controllers.contains(Controller.PIDS)) {
        ControlFiles.write(file("pids.max"), limits.processes() + OWN_PROCESSES);
      }
      if (controllers.contains(Controller.CPU)) {
        ControlFiles.write(
            file("cpu.max"), ControlGroups.quotaMicros(limits) + " " + PERIOD_MICROS);
      }
    }

    private Path file(String name) {
      return folder.resolve(name);
    }

    @Override
    public List<Path> joins() {
      return List.of(file(ControlFiles.PROCESSES));
    }

    @Override
    public void freeze(boolean frozen) {
      try {
        long wanted = frozen ? 1 : 0;
        ControlFiles.write(file("cgroup.freeze"), wanted);
        ControlFiles.settle(() -> ControlFiles.number(file("cgroup.events"), "frozen") == wanted);
      } catch (IOException e) {
        // the attempt has ended, and the group is gone
      }
    }

    @Override
    public void killAll() {
      try {
        ControlFiles.write(file("cgroup.kill"), 1);
      } catch (IOException e) {
        ControlFiles.killAll(folder); // before Linux 5.14
      }
    }

    @Override
    public boolean empty() {
      return ControlFiles.processes(folder).isEmpty();
    }

    @Override
    public long cpuNanos() {
      return ControlFiles.number(file("cpu.stat"), "usage_usec") * 1000;
    }

    @Override
    public long memoryPeakBytes() {
      return ControlFiles.number(file("memory.peak")); // from Linux 5.19 on
    }

    @Override
    public boolean ranOutOfMemory() {
      return ControlFiles.number(file("memory.events"), "oom_kill") > 0;
    }

    @Override
    public long throttledPeriods() {
      return ControlFiles.number(file("cpu.stat"), "nr_throttled");
    }

    @Override
    public boolean remove() {
      return ControlFiles.remove(folder);
    }
  }
}
