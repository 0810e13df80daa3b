package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compute.sandbox.GroupMounts.Place;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GroupMountsTest {
  private static Place place(String mount, String own) {
    return new Place(Path.of(mount), Path.of(own));
  }

  @Test
  void versionOneHasATreeForEachControllerOrForSome() {
    GroupMounts found =
        GroupMounts.parse(
            """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:7 - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """,
            """
            9:name=systemd:/
            4:memory:/one/two
            3:cpu,cpuacct:/
            6:freezer:/
            0::/
            """);
    assertThat(found.first())
        .containsOnly(
            Map.entry(
                Controller.CPU, place("/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct")),
            Map.entry(
                Controller.CPUACCT,
                place("/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct")),
            Map.entry(
                Controller.MEMORY, place("/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/one/two")),
            Map.entry(
                Controller.FREEZER, place("/sys/fs/cgroup/freezer", "/sys/fs/cgroup/freezer")));
    assertThat(found.second()).contains(place("/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified"));
  }

  @Test
  void versionTwoHasOne() {
    GroupMounts found =
        GroupMounts.parse(
            "29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
            "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope\n");
    assertThat(found.first()).isEmpty();
    assertThat(found.second())
        .contains(
            place(
                "/sys/fs/cgroup",
                "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope"));
  }

  @Test
  void aContainerSeesAPartOfATree() {
    String mounts =
        "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
            + "36 31 0:33 /docker/abc /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids\n";
    GroupMounts found = GroupMounts.parse(mounts, "4:memory:/docker/abc/own\n5:pids:/elsewhere\n");
    assertThat(found.first())
        .containsOnly(
            Map.entry(
                Controller.MEMORY, place("/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/own")));
  }

  @Test
  void blanksInPathsAreRead() {
    GroupMounts found =
        GroupMounts.parse("29 22 0:26 / /odd\\040place\\134x rw - cgroup2 cgroup2 rw\n", "0::/a\n");
    assertThat(found.second()).contains(place("/odd place\\x", "/odd place\\x/a"));
  }

  @Test
  void whatIsNoMountIsPassedOver() {
    GroupMounts found = GroupMounts.parse("\nnonsense\n1 2 - cgroup\n", "nonsense\n\n");
    assertThat(found.first()).isEmpty();
    assertThat(found.second()).isEmpty();
  }
}
