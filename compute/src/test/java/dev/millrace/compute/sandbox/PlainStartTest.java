package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.sandbox.Runs.Outcome;
import dev.millrace.testkit.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that the owner wants to run without a sandbox, on a machine that has none.
final class PlainStartTest {
  @TempDir Path temp;
  private final SettableClock clock = new SettableClock(0);
  private BubblewrapSandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = open(new Facts().without("bwrap").mounts(""), clock);
  }

  private BubblewrapSandbox open(Facts facts, Clock clock) {
    return new BubblewrapSandbox(temp.resolve("sandbox"), clock, facts, Facts.UNCHANGED);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  private static SandboxOrder order(List<ReadOnlyFile> files, String... command) {
    return new SandboxOrder(List.of(command), Map.of("MINE", "yes"), files, Runs.LIMITS, true);
  }

  @Test
  void aProgramRunsWithACleanEnvironmentAndItsOwnScratch() throws IOException {
    Path program = temp.resolve("tool");
    Files.writeString(program, "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"; env; pwd\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    ReadOnlyFile file = new ReadOnlyFile(program, "/program/deep/tool");
    Outcome outcome =
        Runs.run(sandbox, order(List.of(file), "/program/deep/tool", "/out/x", "/output"));
    assertThat(outcome.end()).isEqualTo(new SandboxEnd.Exited(0));
    String scratch = outcome.out().lines().reduce((_, last) -> last).orElseThrow();
    assertThat(scratch).startsWith(temp.resolve("sandbox").toString());
    assertThat(outcome.out().lines())
        .startsWith(scratch + "/program/deep/tool", scratch + "/out/x", "/output")
        .contains(
            "MINE=yes",
            "HOME=" + scratch,
            "TMPDIR=" + scratch,
            "MILLRACE_OUT=" + scratch + "/out",
            "MILLRACE_PROGRAM=" + scratch + "/program",
            "PATH=/usr/local/bin:/usr/bin:/bin")
        .noneMatch(line -> line.startsWith("JAVA_HOME=") || line.startsWith("SHELL="));
    assertThat(Path.of(scratch)).doesNotExist();
    assertThat(program).exists();
  }

  @Test
  void itsEndIsToldAsThatOfAnyOther() {
    assertThat(Runs.run(sandbox, order(List.of(), "sh", "-c", "exit 5")).end())
        .isEqualTo(new SandboxEnd.Exited(5));
    assertThat(Runs.run(sandbox, order(List.of(), "no-such-program")).end())
        .isEqualTo(new SandboxEnd.Exited(127));
    assertThat(Runs.run(sandbox, order(List.of(), "/etc/passwd")).end())
        .isEqualTo(new SandboxEnd.Exited(126));
    assertThat(Runs.run(sandbox, order(List.of(), "sh", "-c", "kill -SEGV $$")).end())
        .isEqualTo(new SandboxEnd.Signalled(11));
  }

  @Test
  void itsWholeGroupEndsAtTheTimeLimit() throws IOException {
    try (Running running =
        sandbox.start(order(List.of(), "sh", "-c", "sleep 1000 & sleep 1000 & echo on; wait"))) {
      assertThat(running.stdout().read()).isEqualTo('o');
      Set<ProcessHandle> processes = ((Attempt) running).processes();
      assertThat(processes).hasSize(3);
      clock.advanceMillis(60_000);
      assertThat(running.await()).isEqualTo(new SandboxEnd.OutOfTime(60_000));
      processes.forEach(process -> process.onExit().join());
    }
  }

  @Test
  void withoutAFreezerItCannotBePaused() {
    try (Running running = sandbox.start(order(List.of(), "sleep", "1000"))) {
      assertThatThrownBy(running::pause)
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
      running.kill();
      assertThat(running.await()).isEqualTo(new SandboxEnd.Signalled(9));
    }
  }

  @Test
  void whereThereAreControlGroupsTheyHoldForItToo() throws IOException {
    sandbox.close();
    sandbox = open(new Facts().without("bwrap"), Clock.system());
    Outcome outcome =
        Runs.run(sandbox, order(List.of(), "sh", "-c", "head -c 512M /dev/zero | tail -n 1"));
    assertThat(outcome.end()).isEqualTo(new SandboxEnd.OutOfMemory(Runs.LIMITS.memoryBytes()));
    try (Running running =
        sandbox.start(order(List.of(), "sh", "-c", "setsid sleep 1000 & echo on; sleep 1000"))) {
      assertThat(running.stdout().read()).isEqualTo('o');
      Set<ProcessHandle> processes = ((Attempt) running).processes();
      running.kill();
      assertThat(running.await()).isEqualTo(new SandboxEnd.Signalled(9));
      processes.forEach(process -> process.onExit().join());
    }
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path gone = temp.resolve("gone");
    SandboxOrder order = order(List.of(new ReadOnlyFile(gone, "/program/x")), "/program/x");
    assertThatThrownBy(() -> sandbox.start(order))
        .hasMessage("program file " + gone + ": it is not there: ship it again");
  }
}
