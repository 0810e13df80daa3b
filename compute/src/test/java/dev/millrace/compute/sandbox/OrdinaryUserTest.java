package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sandbox of a node that runs as a user without rights.
final class OrdinaryUserTest {
  private static final int USER = 61_001;

  @TempDir Path temp;
  private final List<Path> given = new ArrayList<>();
  private Path home;
  private ChildJvm java;

  @BeforeEach
  void makeHome() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    home = temp.resolve("home");
    Files.createDirectory(home);
    Files.setAttribute(home, "unix:uid", USER);
    java = new ChildJvm(temp);
  }

  @AfterEach
  void takeBack() throws IOException {
    for (Path group : given) {
      Files.delete(group);
    }
  }

  private List<String> report() throws IOException, InterruptedException {
    String id = Integer.toString(USER);
    List<String> become = List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups");
    Process process =
        java.start(become, ChildMain.class, "report", home.resolve("sandbox").toString());
    String said = Runs.text(process.getInputStream());
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
  }

  @Test
  void withoutAControlGroupOfItsOwnOnlyLimitsAreLacking() throws Exception {
    assertThat(report().stream().filter(line -> line.startsWith("lacks ")))
        .containsExactly(
            "lacks memory limit: no controller 'memory' for control groups version 1",
            "lacks process limit: no controller 'pids' for control groups version 1",
            "lacks processor limit: no controller 'cpu' for control groups version 1");
  }

  @Test
  void withControlGroupsThatRootGaveItEverythingHolds() throws Exception {
    GroupMounts mounts = GroupMounts.parse(new SystemFacts().mounts(), new SystemFacts().groups());
    for (GroupMounts.Place place : mounts.first().values()) {
      Path group = place.mount().resolve("millrace");
      if (!given.contains(group)) {
        Files.createDirectory(group);
        given.add(group);
        Files.setAttribute(group, "unix:uid", USER);
        Files.setAttribute(group.resolve("cgroup.procs"), "unix:uid", USER);
      }
    }
    List<String> report = report();
    assertThat(report).noneMatch(line -> line.startsWith("lacks "));
    assertThat(report).endsWith("1000", "out", "1000");
  }
}
