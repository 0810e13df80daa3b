package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Control groups of version 2, in folders with the kernel's files that do nothing by themselves.
final class SecondGroupsTest {
  private static final long SELF = ProcessHandle.current().pid();
  private static final String NAME = "millrace-test";

  @TempDir Path temp;
  private Path tree;
  private Path own;

  @BeforeEach
  void makeTree() {
    tree = temp.resolve("cgroup");
    own = tree.resolve("app.slice/run-1.scope");
    folder(own, "cpu memory pids");
    folder(own.resolve("supervisor"), "");
    folder(own.resolve(NAME), "cpu memory pids");
    write(own.resolve("cgroup.procs"), SELF + "\n");
  }

  private static void folder(Path folder, String controllers) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write(folder.resolve("cgroup.controllers"), controllers + "\n");
    write(folder.resolve("cgroup.procs"), "");
    write(folder.resolve("cgroup.type"), "domain\n");
    write(folder.resolve("cgroup.subtree_control"), "");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  private Facts facts() {
    return new Facts()
        .mounts("29 22 0:26 / " + tree + " rw - cgroup2 cgroup2 rw\n")
        .groups("0::/app.slice/run-1.scope\n")
        .systemd(true);
  }

  private ControlGroups open(Facts facts) throws IOException {
    return new GroupsFinder(facts, temp.resolve("noted"), NAME).open();
  }

  /// An attempt's folder, with the files that the kernel makes in it.
  private ControlGroup attempt(ControlGroups groups) throws IOException {
    ControlGroup group = groups.make("a1");
    for (String file :
        List.of(
            "memory.max",
            "memory.swap.max",
            "memory.oom.group",
            "pids.max",
            "cpu.max",
            "cgroup.freeze",
            "cgroup.kill",
            "cgroup.procs")) {
      write(attempt().resolve(file), "");
    }
    return group;
  }

  private Path attempt() {
    return own.resolve(NAME).resolve("a1");
  }

  @Test
  void aGroupOfOursAloneIsDividedBetweenThisProcessAndAttempts() throws IOException {
    ControlGroups groups = open(facts());
    assertThat(groups.detail()).isEqualTo("control groups version 2");
    assertThat(groups.controllers()).containsExactlyInAnyOrder(Controller.values());
    assertThat(read(own.resolve("supervisor/cgroup.procs"))).isEqualTo(Long.toString(SELF));
    assertThat(read(own.resolve("cgroup.subtree_control"))).isEqualTo("+memory +pids +cpu");
    assertThat(read(own.resolve(NAME).resolve("cgroup.subtree_control")))
        .isEqualTo("+memory +pids +cpu");
    assertThat(read(temp.resolve("noted"))).isEqualTo(own.resolve(NAME) + "\n");
  }

  @Test
  void limitsAreWrittenAsTheKernelReadsThem() throws IOException {
    ControlGroup group = attempt(open(facts()));
    group.limit(new SandboxLimits(1 << 30, 64, 1.5, 1 << 20, 1000));
    assertThat(read(attempt().resolve("memory.max"))).isEqualTo("1073741824");
    assertThat(read(attempt().resolve("memory.swap.max"))).isEqualTo("0");
    assertThat(read(attempt().resolve("memory.oom.group"))).isEqualTo("1");
    assertThat(read(attempt().resolve("pids.max"))).isEqualTo("66");
    assertThat(read(attempt().resolve("cpu.max"))).isEqualTo("150000 100000");
    assertThat(group.joins()).containsExactly(attempt().resolve("cgroup.procs"));
  }

  @Test
  void whatTheKernelCountsIsRead() throws IOException {
    ControlGroup group = attempt(open(facts()));
    write(
        attempt().resolve("cpu.stat"),
        "usage_usec 1234\nuser_usec 1\nnr_periods 9\nnr_throttled 3\n");
    write(attempt().resolve("memory.peak"), "4096\n");
    write(attempt().resolve("memory.events"), "low 0\noom 1\noom_kill 0\noom_group_kill 0\n");
    assertThat(group.cpuNanos()).isEqualTo(1_234_000);
    assertThat(group.throttledPeriods()).isEqualTo(3);
    assertThat(group.memoryPeakBytes()).isEqualTo(4096);
    assertThat(group.ranOutOfMemory()).isFalse();
    write(attempt().resolve("memory.events"), "low 0\noom 1\noom_kill 2\n");
    assertThat(group.ranOutOfMemory()).isTrue();
    assertThat(group.empty()).isTrue();
    write(attempt().resolve("cgroup.procs"), "4194305\n");
    assertThat(group.empty()).isFalse();
  }

  @Test
  void aGroupIsFrozenAndKilledAsAWhole() throws IOException {
    ControlGroup group = attempt(open(facts()));
    group.freeze(true);
    assertThat(read(attempt().resolve("cgroup.freeze"))).isEqualTo("1");
    group.freeze(false);
    assertThat(read(attempt().resolve("cgroup.freeze"))).isEqualTo("0");
    group.killAll();
    assertThat(read(attempt().resolve("cgroup.kill"))).isEqualTo("1");
  }

  @Test
  void aProcessThatSitsInTheLeafAlreadyTakesTheGroupAbove() throws IOException {
    write(own.resolve("cgroup.procs"), "");
    write(own.resolve("supervisor/cgroup.procs"), SELF + "\n1\n");
    ControlGroups groups = open(facts().groups("0::/app.slice/run-1.scope/supervisor\n"));
    assertThat(groups.controllers()).contains(Controller.MEMORY);
    assertThat(groups.make("a1").joins()).containsExactly(attempt().resolve("cgroup.procs"));
    assertThat(read(own.resolve("supervisor/cgroup.procs"))).isEqualTo(SELF + "\n1\n");
  }

  @Test
  void aGroupWithOthersInItIsNotTouchedUnderSystemd() throws IOException {
    write(own.resolve("cgroup.procs"), SELF + "\n1\n");
    ControlGroups groups = open(facts());
    assertThat(groups.controllers()).isEmpty();
    assertThat(groups.detail())
        .isEqualTo("the group " + own + " is systemd's and was not delegated");
    assertThat(groups.remedy()).contains("systemd-run --user --scope -p Delegate=yes");
    assertThat(read(own.resolve("supervisor/cgroup.procs"))).isEmpty();
    assertThat(temp.resolve("noted")).doesNotExist();
  }

  @Test
  void aGroupThatSystemdMarkedIsOursWithWhoeverIsInIt() throws IOException {
    write(own.resolve("cgroup.procs"), "4194305\n" + SELF + "\n");
    Files.setAttribute(own, "user:delegate", new byte[] {'1'});
    assertThat(open(facts()).controllers()).contains(Controller.MEMORY);
  }

  @Test
  void atTheRootOfTheMachineNobodyIsMoved() throws IOException {
    folder(tree.resolve(NAME), "cpu memory pids");
    folder(tree, "cpu memory pids");
    Files.delete(tree.resolve("cgroup.type"));
    write(tree.resolve("cgroup.procs"), SELF + "\n1\n2\n");
    ControlGroups groups = open(facts().groups("0::/\n").systemd(false));
    assertThat(groups.controllers()).contains(Controller.MEMORY);
    assertThat(tree.resolve("supervisor")).doesNotExist();
  }

  @Test
  void controllersThatWereNotHandedOnAreMissed() throws IOException {
    write(own.resolve("cgroup.controllers"), "memory pids\n");
    assertThat(open(facts()).controllers())
        .isEqualTo(
            Set.of(Controller.MEMORY, Controller.PIDS, Controller.CPUACCT, Controller.FREEZER));
    write(own.resolve("cgroup.controllers"), "\n");
    ControlGroups none = open(facts());
    assertThat(none.controllers()).isEmpty();
    assertThat(none.detail()).isEqualTo("the group " + own + " has no controllers");
  }

  @Test
  void withoutAnyTreeNothingIsLimited() throws IOException {
    ControlGroups none = open(facts().mounts(""));
    assertThat(none.detail()).isEqualTo("no control groups are mounted");
    ControlGroup group = none.make("a1");
    group.limit(SandboxLimits.standard());
    assertThat(group.joins()).isEmpty();
    assertThat(group.remove()).isTrue();
  }
}
