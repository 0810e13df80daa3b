package dev.millrace.compute.sandbox;

import static dev.millrace.compute.sandbox.Runs.LIMITS;
import static dev.millrace.compute.sandbox.Runs.run;
import static dev.millrace.compute.sandbox.Runs.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.sandbox.Runs.Outcome;
import dev.millrace.testkit.SettableClock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs of all sorts, good and bad, in real sandboxes.
final class BubblewrapSandboxTest {
  @TempDir static Path shared;
  @TempDir Path temp;

  private static BubblewrapSandbox sandbox;

  @BeforeAll
  static void open() {
    sandbox = new BubblewrapSandbox(shared.resolve("sandbox"), Clock.system());
    assertThat(sandbox.report().properties()).allMatch(property -> property.holds());
  }

  @AfterAll
  static void close() {
    sandbox.close();
  }

  private static SandboxLimits withMemory(long bytes) {
    return new SandboxLimits(bytes, LIMITS.processes(), 2, LIMITS.scratchBytes(), 60_000);
  }

  private Path file(String name, String mode, String content) throws IOException {
    Path file = temp.resolve(name);
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  private static SandboxOrder shipped(Path host, List<String> command) {
    return new SandboxOrder(
        command, Map.of(), List.of(new ReadOnlyFile(host, "/program/it")), LIMITS, false);
  }

  @Test
  void bytesGoThroughAProgram() {
    String text = "grüße\n".repeat(100_000);
    Outcome outcome = run(sandbox, Runs.order(List.of("cat"), LIMITS), text);
    assertThat(outcome.end()).isEqualTo(new SandboxEnd.Exited(0));
    assertThat(outcome.out()).isEqualTo(text);
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void argumentsAndVariablesArriveAsTheyAre() {
    String odd = "a 'b' \"c\" $HOME `id` \\ \n * ü -- ;";
    SandboxOrder order =
        new SandboxOrder(
            List.of("sh", "-c", "printf '%s|%s|%s' \"$1\" \"$ODD\" \"$LANG\"", "sh", odd),
            Map.of("ODD", odd, "LANG", "C"),
            List.of(),
            LIMITS,
            false);
    assertThat(run(sandbox, order).out()).isEqualTo(odd + "|" + odd + "|C");
  }

  @Test
  void aShippedProgramRunsThoughOnlyRootCanSeeItOutside() throws IOException {
    Path program = file("tool", "rwx------", "#!/bin/sh\necho \"$0 $1\"; cat /program/it\n");
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx------"));
    Outcome outcome = run(sandbox, shipped(program, List.of("/program/it", "x")));
    assertThat(outcome.out()).isEqualTo("/program/it x\n" + Files.readString(program));
    assertThat(outcome.end()).isEqualTo(new SandboxEnd.Exited(0));
  }

  @Test
  void aChangedProgramIsShownAsItIsNow() throws IOException {
    Path program = file("tool", "rwx------", "#!/bin/sh\necho one\n");
    assertThat(run(sandbox, shipped(program, List.of("/program/it"))).out()).isEqualTo("one\n");
    Files.writeString(program, "#!/bin/sh\necho two\n");
    assertThat(run(sandbox, shipped(program, List.of("/program/it"))).out()).isEqualTo("two\n");
  }

  @Test
  void aProgramThatIsNotThereEndsAsInAShell() {
    Outcome outcome = run(sandbox, Runs.order(List.of("no-such-program"), LIMITS));
    assertThat(outcome.end()).isEqualTo(new SandboxEnd.Exited(127));
    assertThat(outcome.err()).contains("no-such-program").contains("No such file");
    assertThat(run(sandbox, Runs.order(List.of("/program/x"), LIMITS)).end())
        .isEqualTo(new SandboxEnd.Exited(127));
  }

  @Test
  void aFileThatMayNotBeExecutedEndsAsInAShell() throws IOException {
    Path program = file("tool", "rw-------", "#!/bin/sh\necho no\n");
    Outcome outcome = run(sandbox, shipped(program, List.of("/program/it")));
    assertThat(outcome.end()).isEqualTo(new SandboxEnd.Exited(126));
    assertThat(outcome.err()).contains("Permission denied");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void aScriptWithoutItsInterpreterIsNotFound() throws IOException {
    Path program = file("tool", "rwxr-xr-x", "#!/no/such/interpreter\n");
    assertThat(run(sandbox, shipped(program, List.of("/program/it"))).end())
        .isEqualTo(new SandboxEnd.Exited(127));
  }

  @Test
  void aProgramOfAnotherMachineIsNamedAsSuch() throws IOException {
    byte[] elf = Files.readAllBytes(Path.of("/usr/bin/true"));
    elf[18] = (byte) 243;
    elf[19] = 0;
    Path program = file("tool", "rwxr-xr-x", "");
    Files.write(program, elf);
    Outcome outcome = run(sandbox, shipped(program, List.of("/program/it")), "input");
    assertThat(outcome.end()).isEqualTo(new SandboxEnd.Exited(126));
    assertThat(outcome.err())
        .isEqualTo(
            "millrace: program '/program/it': exec format error, it is for RISC-V: ship one for"
                + " Linux on "
                + System.getProperty("os.arch")
                + "\n");
  }

  @Test
  void exitCodesAreTheProgramsOwn() {
    for (int code : new int[] {0, 1, 2, 97, 126, 127, 128, 200, 255}) {
      assertThat(run(sandbox, "exit " + code).end()).isEqualTo(new SandboxEnd.Exited(code));
    }
  }

  @Test
  void deathBySignalIsTold() {
    assertThat(run(sandbox, "kill -SEGV $$").end()).isEqualTo(new SandboxEnd.Signalled(11));
    assertThat(run(sandbox, "kill -KILL $$").end()).isEqualTo(new SandboxEnd.Signalled(9));
  }

  @Test
  void aProgramThatHangsEndsAtItsTimeLimit() {
    SettableClock clock = new SettableClock(0);
    try (BubblewrapSandbox slow =
            new BubblewrapSandbox(temp.resolve("slow"), clock, new Facts(), Facts.UNCHANGED);
        Running running = slow.start(script("trap '' TERM INT; echo on; sleep 1000"))) {
      assertThat(running.stdout().read()).isEqualTo('o');
      clock.advanceMillis(59_999);
      assertThat(running.stdout().read()).isEqualTo('n');
      clock.advanceMillis(1);
      assertThat(running.await()).isEqualTo(new SandboxEnd.OutOfTime(60_000));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void timeDoesNotRunWhileItIsPaused() throws IOException {
    SettableClock clock = new SettableClock(0);
    try (BubblewrapSandbox slow =
            new BubblewrapSandbox(temp.resolve("slow"), clock, new Facts(), Facts.UNCHANGED);
        Running running = slow.start(script("read -r line; echo $line; exit 7"))) {
      running.pause();
      running.pause();
      clock.advanceMillis(1_000_000);
      running.stdin().write("on\n".getBytes(StandardCharsets.UTF_8));
      running.stdin().flush();
      running.resume();
      running.resume();
      assertThat(running.stdout().read()).isEqualTo('o');
      assertThat(running.await()).isEqualTo(new SandboxEnd.Exited(7));
    }
  }

  @Test
  void aPausedProgramUsesNoTime() throws IOException {
    try (Running running = sandbox.start(script("echo on; while :; do :; done"))) {
      assertThat(running.stdout().read()).isEqualTo('o');
      running.pause();
      long before = running.cpuNanos();
      assertThat(run(sandbox, "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done").cpuNanos())
          .isPositive();
      assertThat(running.cpuNanos()).isEqualTo(before);
      running.resume();
      while (running.cpuNanos() == before) {
        Thread.onSpinWait();
      }
      running.pause();
      running.kill();
      assertThat(running.await()).isEqualTo(new SandboxEnd.Signalled(9));
    }
  }

  @Test
  void forkingWithoutEndIsStopped() {
    SandboxLimits limits = new SandboxLimits(128L << 20, 10, 2, 1L << 20, 60_000);
    Outcome outcome = run(sandbox, script("bomb() { echo x; bomb & bomb; }; bomb", limits));
    assertThat(outcome.out().lines().count()).isPositive();
    assertThat(outcome.end()).isInstanceOf(SandboxEnd.Exited.class);
    assertThat(outcome.err()).containsIgnoringCase("fork");
  }

  @Test
  void asManyProcessesAsAllowedCanRunAndNoMore() {
    SandboxLimits limits = new SandboxLimits(128L << 20, 5, 2, 1L << 20, 60_000);
    String sleepers = "for i in 1 2 3 4; do sleep 60 & done; ";
    assertThat(run(sandbox, script(sleepers + "exit 3", limits)).end())
        .isEqualTo(new SandboxEnd.Exited(3));
    assertThat(run(sandbox, script(sleepers + "sleep 60 & exit 3", limits)).end())
        .isNotEqualTo(new SandboxEnd.Exited(3));
  }

  @Test
  void eatingMemoryEndsIt() {
    long limit = 48L << 20;
    Outcome outcome = run(sandbox, script("head -c 512M /dev/zero | tail -n 1", withMemory(limit)));
    assertThat(outcome.end()).isEqualTo(new SandboxEnd.OutOfMemory(limit));
    assertThat(outcome.memoryPeakBytes()).isBetween(limit / 2, limit);
  }

  @Test
  void whatIsWrittenToScratchCountsAsMemory() {
    long limit = 32L << 20;
    SandboxLimits limits = new SandboxLimits(limit, 32, 2, 256L << 20, 60_000);
    assertThat(run(sandbox, script("head -c 200M /dev/zero > /tmp/x", limits)).end())
        .isEqualTo(new SandboxEnd.OutOfMemory(limit));
  }

  @Test
  void scratchAndSharedMemoryAreFullAtTheirSizes() {
    Outcome outcome =
        run(
            sandbox,
            "cd /tmp; head -c 17M /dev/zero > a; stat -c %s a; echo > out/b; rm a; echo hi > out/c"
                + " && cat /out/c; cd /dev/shm; head -c 17M /dev/zero > a; stat -c %s a");
    assertThat(outcome.out()).isEqualTo("16777216\nhi\n16777216\n");
    assertThat(outcome.err()).contains("No space left on device");
  }

  @Test
  void nothingOutsideCanBeReadOrWrittenByAnyWay() throws IOException {
    Path secret = file("secret", "rw-r--r--", "told");
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    Outcome outcome =
        run(
            sandbox,
            """
            s=SECRET
            ln -s $s /tmp/link; ln -s / /tmp/root; ln -s ../../../../..$s /tmp/out/up
            for f in $s /tmp/link /tmp/root$s /out/up /proc/self/root$s /proc/1/root$s /proc/1/cwd$s
            do cat $f; echo changed > $f; done
            cat /etc/shadow; echo x > /usr/x; echo x > /x
            ls /
            """
                .replace("SECRET", secret.toString()));
    assertThat(outcome.end()).isEqualTo(new SandboxEnd.Exited(0));
    assertThat(outcome.out()).doesNotContain("told");
    assertThat(outcome.out().lines())
        .contains("bin", "dev", "etc", "lib", "out", "proc", "tmp", "usr")
        .doesNotContain("boot", "home", "media", "mnt", "opt", "root", "run", "srv", "sys", "var");
    assertThat(Files.readString(secret)).isEqualTo("told");
    assertThat(Path.of("/usr/x")).doesNotExist();
  }

  @Test
  void aLinkIsNotShippedAsWhatItPointsAt() throws IOException {
    Path link = temp.resolve("link");
    Files.createSymbolicLink(link, Path.of("/etc/shadow"));
    assertThatThrownBy(() -> sandbox.start(shipped(link, List.of("cat", "/program/it"))))
        .isInstanceOf(MillraceException.class)
        .hasMessage("program file " + link + ": not a regular file: ship a file");
    Files.delete(link);
    Path gone = temp.resolve("gone");
    assertThatThrownBy(() -> sandbox.start(shipped(gone, List.of("cat", "/program/it"))))
        .hasMessage("program file " + gone + ": it is not there: ship it again");
  }

  @Test
  void theNetworkIsNotThere() {
    Outcome outcome =
        run(sandbox, "bash -c 'exec 3<>/dev/tcp/192.0.2.1/80'; cat /proc/net/route | wc -l");
    assertThat(outcome.err()).contains("Network is unreachable");
    assertThat(outcome.out().strip()).isEqualTo("1");
  }

  @Test
  void childrenLeftBehindAreGoneWithTheProgram() throws IOException {
    try (Running running =
        sandbox.start(
            script(
                "for i in 1 2 3; do setsid sh -c 'sleep 1000 & sleep 1000' & done; echo on;"
                    + " read -r line; exit 5"))) {
      assertThat(running.stdout().read()).isEqualTo('o');
      Set<ProcessHandle> processes = ((Attempt) running).processes();
      assertThat(processes).hasSizeGreaterThan(4);
      running.stdin().write('\n');
      running.stdin().close();
      assertThat(running.await()).isEqualTo(new SandboxEnd.Exited(5));
      processes.forEach(process -> process.onExit().join());
    }
  }

  @Test
  void aKillEndsEverything() throws IOException {
    try (Running running =
        sandbox.start(
            script("trap '' TERM; setsid sh -c 'trap \"\" TERM; echo on; sleep 1000' & wait"))) {
      assertThat(running.stdout().read()).isEqualTo('o');
      Set<ProcessHandle> processes = ((Attempt) running).processes();
      running.kill();
      running.kill();
      assertThat(running.await()).isEqualTo(new SandboxEnd.Signalled(9));
      assertThat(running.await()).isEqualTo(new SandboxEnd.Signalled(9));
      processes.forEach(process -> process.onExit().join());
      assertThat(Runs.text(running.stdout())).isEqualTo("n\n");
    }
  }

  @Test
  void inputClosedEarlyIsNoFailureOfTheProgram() throws IOException {
    try (Running running = sandbox.start(script("head -c 3; exec 0<&-; echo done"))) {
      byte[] input = new byte[1 << 20];
      assertThatThrownBy(
              () -> {
                try (OutputStream stdin = running.stdin()) {
                  stdin.write(input);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(Runs.text(running.stdout())).endsWith("done\n");
      assertThat(running.await()).isEqualTo(new SandboxEnd.Exited(0));
    }
  }

  @Test
  void outsideItBelongsToAUserWithoutRights() throws IOException {
    try (Running running = sandbox.start(script("u=$(id -u); echo $u; sleep 1000"))) {
      assertThat(running.stdout().readNBytes(5)).asString().isEqualTo("1000\n");
      for (ProcessHandle process : ((Attempt) running).processes()) {
        assertThat(Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")))
            .contains("Uid:" + ("\t" + RunAs.OUTSIDE).repeat(4))
            .contains("Gid:" + ("\t" + RunAs.OUTSIDE).repeat(4))
            .contains("NoNewPrivs:\t1");
      }
    }
  }

  @Test
  void theFirstProcessInsideHoldsNoFileOfTheHost() {
    assertThat(
            run(sandbox, "ls -l /proc/1/fd")
                .out()
                .lines()
                .skip(1)
                .map(line -> line.replaceFirst(".* -> ", "")))
        .allMatch(target -> target.startsWith("pipe:") || target.equals("anon_inode:[eventfd]"));
  }

  @Test
  void onlyTheThreeStreamsAreOpenInside() {
    assertThat(run(sandbox, "for f in /proc/self/fd/*; do echo ${f##*/}; done").out().lines())
        .startsWith("0", "1", "2")
        .hasSizeLessThanOrEqualTo(4); // one is the shell's own look into the folder
  }

  @Test
  void twoAttemptsSeeNothingOfEachOther() throws IOException {
    try (Running running = sandbox.start(script("echo mine > /tmp/x; echo on; sleep 1000"))) {
      assertThat(running.stdout().read()).isEqualTo('o');
      Outcome outcome = run(sandbox, "ls -A /tmp /dev/shm; grep -l 'sleep.[1]000' /proc/*/cmdline");
      assertThat(outcome.out()).isEqualTo("/dev/shm:\n\n/tmp:\nout\n");
    }
  }

  @Test
  void whatItUsedIsCounted() {
    Outcome outcome =
        run(
            sandbox,
            "head -c 20M /dev/zero | tail -c 20M > /dev/null; (while [ $((i+=1)) -lt"
                + " 200000 ]; do :; done)");
    assertThat(outcome.cpuNanos()).isGreaterThan(1_000_000);
    assertThat(outcome.memoryPeakBytes()).isGreaterThan(20L << 20);
  }

  @Test
  void aClosedSandboxRefuses() {
    BubblewrapSandbox gone = new BubblewrapSandbox(temp.resolve("gone"), Clock.system());
    Running running = gone.start(script("sleep 1000"));
    gone.close();
    assertThat(running.await()).isEqualTo(new SandboxEnd.Signalled(9));
    assertThatThrownBy(() -> gone.start(script("true")))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    gone.close();
    running.close();
  }
}
