package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Clock;
import dev.millrace.testkit.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nothing stays on the machine: no control group, no process, no file.
final class LeftoversTest {
  private static final int RUNS = 40;

  private static final List<String> SCRIPTS =
      List.of(
          "true",
          "exit 3",
          "kill -KILL $$",
          "setsid sleep 1000 & exit 0",
          "for i in 1 2 3 4; do setsid sh -c 'sleep 1000 & sleep 1000' & done",
          "head -c 200M /dev/zero | tail -n 1",
          "head -c 1M /dev/zero > /tmp/out/x; sleep 1000",
          "cat > /dev/null");

  @TempDir Path temp;

  /// Every folder of control groups that a sandbox of `folder` made. (Others on this machine have
  /// theirs, and they come and go.)
  private static Set<Path> groups(Path folder) throws IOException {
    Set<Path> found = new HashSet<>();
    GroupMounts mounts = GroupMounts.parse(new SystemFacts().mounts(), new SystemFacts().groups());
    for (GroupMounts.Place place : mounts.first().values()) {
      Path group = place.own().resolve(Site.groupsName(folder));
      if (Files.exists(group)) {
        found.add(group);
      }
    }
    return found;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void manyRunsLeaveNothingBehind() throws IOException {
    SplittableRandom random = new SplittableRandom(Seeds.seed("LeftoversTest"));
    Path folder = temp.resolve("sandbox");
    Path program = temp.resolve("program");
    Files.writeString(program, "#!/bin/sh\n");
    Set<ProcessHandle> processes = new HashSet<>();
    try (BubblewrapSandbox sandbox = new BubblewrapSandbox(folder, Clock.system())) {
      sandbox.report();
      for (int i = 0; i < Seeds.rounds(RUNS); i++) {
        processes.addAll(one(sandbox, program, random));
      }
      Set<Path> own = groups(folder);
      assertThat(own).isNotEmpty();
      int warm = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      for (Path group : own) {
        try (Stream<Path> attempts = Files.list(group).filter(Files::isDirectory)) {
          assertThat(attempts).hasSizeLessThanOrEqualTo(warm + 1); // waiting, and being made
        }
      }
      assertThat(files(folder.resolve("attempts"))).isEmpty();
    }
    assertThat(groups(folder)).isEmpty();
    assertThat(folder).doesNotExist();
    processes.forEach(process -> process.onExit().join());
    assertThat(children()).isEmpty();
  }

  private static Set<ProcessHandle> one(
      BubblewrapSandbox sandbox, Path program, SplittableRandom random) throws IOException {
    SandboxLimits limits = new SandboxLimits(32L << 20, 32, 2, 4L << 20, 20_000);
    SandboxOrder order =
        new SandboxOrder(
            List.of("sh", "-c", "echo on; " + SCRIPTS.get(random.nextInt(SCRIPTS.size()))),
            Map.of(),
            List.of(new ReadOnlyFile(program, "/program/x")),
            limits,
            random.nextInt(4) == 0);
    try (Running running = sandbox.start(order)) {
      running.stdout().read();
      Set<ProcessHandle> processes = ((Attempt) running).processes();
      if (random.nextInt(4) == 0) {
        running.pause();
      }
      if (random.nextInt(4) == 0) {
        running.kill();
        running.await();
      }
      return processes; // and whatever still runs is closed
    }
  }

  /// The shells and sandboxes that this process started.
  private static List<String> children() {
    List<String> found = new ArrayList<>();
    ProcessHandle.current()
        .children()
        .flatMap(process -> process.info().command().stream())
        .filter(command -> command.endsWith("/bwrap") || command.endsWith("sh"))
        .forEach(found::add);
    return found;
  }

  /// The processes of a program in a node that was killed.
  private List<ProcessHandle> killedNode(String what, Path folder) throws Exception {
    Process node = new ChildJvm(temp).start(List.of(), ChildMain.class, what, folder.toString());
    List<ProcessHandle> processes = new ArrayList<>();
    try (BufferedReader said = node.inputReader()) {
      for (String id : said.readLine().split(" ", -1)) {
        ProcessHandle.of(Long.parseLong(id)).ifPresent(processes::add);
      }
      assertThat(processes).hasSizeGreaterThan(5);
      node.destroyForcibly();
      node.waitFor();
    }
    return processes;
  }

  @Test
  void aKilledNodeTakesItsProgramsWithItAndTheNextOneTidiesUp() throws Exception {
    Path folder = temp.resolve("sandbox");
    List<ProcessHandle> processes = killedNode("hold", folder);
    processes.forEach(process -> process.onExit().join());
    assertThat(groups(folder)).isNotEmpty();
    assertThat(files(folder)).isNotEmpty();

    try (BubblewrapSandbox next = new BubblewrapSandbox(folder, Clock.system())) {
      assertThat(Runs.run(next, "echo hi").out()).isEqualTo("hi\n");
    }
    assertThat(groups(folder)).isEmpty();
    assertThat(folder).doesNotExist();
  }

  @Test
  void whatAKilledNodeHadPausedEndsWithTheNextOne() throws Exception {
    Path folder = temp.resolve("sandbox");
    List<ProcessHandle> processes = killedNode("pause", folder);
    try (BubblewrapSandbox next = new BubblewrapSandbox(folder, Clock.system())) {
      next.removeRemains();
      processes.forEach(process -> process.onExit().join());
      assertThat(Runs.run(next, "echo hi").out()).isEqualTo("hi\n");
    }
    assertThat(groups(folder)).isEmpty();
  }

  @Test
  void aProgramOutlivesTheThreadThatOrderedIt() throws Exception {
    try (BubblewrapSandbox sandbox =
        new BubblewrapSandbox(temp.resolve("sandbox"), Clock.system())) {
      sandbox.report();
      List<Running> started = new ArrayList<>();
      Thread thread =
          Thread.ofPlatform()
              .start(() -> started.add(sandbox.start(Runs.script("read -r line; echo $line"))));
      thread.join();
      try (Running running = started.getFirst()) {
        running.stdin().write("alive\n".getBytes(StandardCharsets.US_ASCII));
        running.stdin().flush();
        assertThat(Runs.text(running.stdout())).isEqualTo("alive\n");
        assertThat(running.await()).isEqualTo(new SandboxEnd.Exited(0));
      }
    }
  }
}
