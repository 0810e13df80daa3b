package dev.millrace.compute.sandbox;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.sandbox.SandboxReport.Property;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Tries to break each trait of a sandbox, in real sandboxes on this machine. It takes less than a
/// second: one run looks around and tries what can be tried side by side, four more each go at one
/// limit.
final class SelfTest {
  private static final SandboxLimits LOOK =
      new SandboxLimits(64 * ByteUnits.MIB, 32, 4, ByteUnits.MIB, 10_000);
  private static final SandboxLimits MEMORY =
      new SandboxLimits(32 * ByteUnits.MIB, 32, 4, ByteUnits.MIB, 10_000);
  private static final SandboxLimits PROCESSES =
      new SandboxLimits(64 * ByteUnits.MIB, 12, 4, ByteUnits.MIB, 1_000);
  private static final SandboxLimits PROCESSOR =
      new SandboxLimits(32 * ByteUnits.MIB, 8, 0.03, ByteUnits.MIB, 10_000);
  private static final SandboxLimits KILL =
      new SandboxLimits(32 * ByteUnits.MIB, 16, 4, ByteUnits.MIB, 10_000);

  private static final int FORKS = 48;
  private static final int OUTPUT_BYTES = 256 * 1024;

  /// How often a killed process is looked for, a millisecond apart.
  private static final int LOOKS = 1_000;

  private static final String EAT_MEMORY = "head -c 256M /dev/zero | tail -n 1 > /dev/null";
  private static final String FORK =
      "i=0; while [ $i -lt " + FORKS + " ]; do sleep 9 & i=$((i + 1)); echo forked; done";

  /// More than the share of one period, which the set-up of the sandbox alone nearly takes. A
  /// larger share would not be reached on a machine that is busy with other things.
  private static final String BURN =
      "burn() { i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); done; }; burn & burn; wait";

  private static final String HIDE =
      "setsid sh -c 'setsid sh -c \"echo ready; sleep 60\" & sleep 60' & sleep 60";

  private final Site site;
  private final SandboxedStart start;

  SelfTest(Site site, SandboxedStart start) {
    this.site = site;
    this.start = start;
  }

  /// How a run ended and what it printed.
  private record Outcome(SandboxEnd end, String output) {}

  SandboxReport run() {
    Outcome first = run(LOOK, "true", "");
    if (first.end() instanceof SandboxEnd.Refused(String why)) {
      return SandboxReport.stoppedAt(List.of(bubblewrap("it is installed")), refused(why));
    }
    try (Running burning = start.start(order(PROCESSOR, BURN))) {
      List<Property> found = new ArrayList<>();
      found.add(Property.held(Trait.NAME_SPACES.title(), "set up, each by its name"));
      lookAround(found);
      found.add(memory());
      found.add(processes());
      found.add(processor(burning));
      found.add(kill());
      found.addFirst(bubblewrap("a sandbox takes " + startMillis() + " ms"));
      return new SandboxReport(found);
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "test of the sandbox: " + e + ": look at the machine's log", e);
    }
  }

  private Property refused(String why) {
    return why.contains(ControlFiles.PROCESSES)
        ? Property.missing(Trait.MEMORY.title(), why, site.groups().remedy())
        : Property.missing(Trait.NAME_SPACES.title(), why, Remedies.nameSpaces(why, site.facts()));
  }

  private static Property bubblewrap(String detail) {
    return Property.held(Trait.BUBBLEWRAP.title(), detail);
  }

  /// From the order to the end of a program that does nothing, once all that it needs was in use.
  private long startMillis() {
    long begin = site.clock().nanoTime();
    var _ = run(LOOK, "", "");
    return TimeUnit.NANOSECONDS.toMillis(site.clock().nanoTime() - begin);
  }

  private void lookAround(List<Property> found) throws IOException {
    Path open =
        Files.createTempFile(
            "millrace-host",
            ".txt",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
    String canary = "canary-" + open.getFileName();
    List<String> outside = List.of(start.shell().toString(), "-c", "read -r line", canary);
    Process process = site.starter().start(outside, Map.of(), Path.of("/"));
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
      String known = open + "\n" + listener.getLocalPort() + "\n" + canary + "\n";
      SandboxOrder order =
          new SandboxOrder(
              List.of("sh", "-c", script(), "look", Long.toString(LOOK.scratchBytes())),
              Map.of(),
              List.of(new ReadOnlyFile(open, ReadOnlyFile.FOLDER + "shipped")),
              LOOK,
              false);
      Outcome outcome = run(order, known);
      Probe probe = Probe.parse(outcome.output());
      for (Trait trait : Trait.values()) {
        if (trait == Trait.ENVIRONMENT) {
          found.add(probe.environment(outcome.end()));
        } else if (!trait.key().isEmpty()) {
          found.add(probe.property(trait, outcome.end()));
        }
      }
    } finally {
      process.destroyForcibly();
      Files.delete(open);
    }
  }

  private static String script() throws IOException {
    try (InputStream in = SelfTest.class.getResourceAsStream("look.sh")) {
      if (in == null) {
        throw new IllegalStateException("bug: look.sh is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Property memory() {
    Outcome outcome = run(MEMORY, EAT_MEMORY, "");
    String tried = "take 256 MiB where 32 MiB are allowed";
    return outcome.end() instanceof SandboxEnd.OutOfMemory
        ? Property.held(Trait.MEMORY.title(), tried)
        : groupsLack(
            Trait.MEMORY, Controller.MEMORY, tried + ", and it ended with " + outcome.end());
  }

  private Property processes() {
    Outcome outcome = run(PROCESSES, FORK, "");
    long forked = outcome.output().lines().filter("forked"::equals).count();
    String tried = "start " + FORKS + " processes where " + PROCESSES.processes() + " are allowed";
    return forked > 0 && forked < PROCESSES.processes()
        ? Property.held(Trait.PROCESS_LIMIT.title(), tried)
        : groupsLack(Trait.PROCESS_LIMIT, Controller.PIDS, tried + ", and " + forked + " started");
  }

  private Property processor(Running burning) {
    SandboxEnd end = burning.await();
    long throttled = burning instanceof Attempt attempt ? attempt.throttledPeriods() : 0;
    String tried = "keep two processors busy where 3 % of one are allowed";
    return throttled > 0
        ? Property.held(
            Trait.PROCESSOR_LIMIT.title(), tried + ": held back " + throttled + " times")
        : groupsLack(Trait.PROCESSOR_LIMIT, Controller.CPU, tried + ", and it ended with " + end);
  }

  private Property groupsLack(Trait trait, Controller controller, String detail) {
    ControlGroups groups = site.groups();
    return groups.controllers().contains(controller)
        ? Property.missing(trait.title(), detail, Remedies.REPORT)
        : Property.missing(
            trait.title(),
            "no controller '" + controller.kernelName() + "' for " + groups.detail(),
            groups.remedy());
  }

  /// Kills a program whose children began sessions of their own, and looks for them afterwards.
  private Property kill() throws IOException {
    String title = Trait.KILL.title();
    try (Attempt attempt = start.start(order(KILL, HIDE))) {
      byte[] ready = attempt.stdout().readNBytes("ready\n".length());
      Set<ProcessHandle> processes = attempt.processes();
      attempt.kill();
      SandboxEnd end = attempt.await();
      if (ready.length == 0) {
        return Property.missing(title, "the test got nowhere: " + end, Remedies.REPORT);
      }
      long left = processes.stream().filter(process -> !isGone(process)).count();
      String tried = "outlive the kill in a session of its own: " + processes.size() + " processes";
      return left == 0
          ? Property.held(title, tried)
          : Property.missing(title, tried + ", and " + left + " did", Remedies.REPORT);
    }
  }

  /// A process that is dead may still be in the table, until its parent takes note.
  private static boolean isGone(ProcessHandle process) {
    for (int i = 0; i < LOOKS; i++) {
      if (!process.isAlive() || isZombie(process.pid())) {
        return true;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return false;
  }

  private static boolean isZombie(long id) {
    try {
      return Files.readString(Path.of("/proc/" + id + "/stat")).contains(") Z ");
    } catch (IOException e) {
      return true; // gone this moment
    }
  }

  private static SandboxOrder order(SandboxLimits limits, String script) {
    List<String> command = List.of("sh", "-c", "exec 2>&1\n" + script);
    return new SandboxOrder(command, Map.of(), List.of(), limits, false);
  }

  private Outcome run(SandboxLimits limits, String script, String input) {
    return run(order(limits, script), input);
  }

  private Outcome run(SandboxOrder order, String input) {
    try (Running running = start.start(order)) {
      try (OutputStream stdin = running.stdin()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // it did not want it; its end says why
      }
      byte[] output = running.stdout().readNBytes(OUTPUT_BYTES);
      return new Outcome(running.await(), new String(output, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "test of the sandbox: " + e + ": look at the machine's log", e);
    }
  }
}
