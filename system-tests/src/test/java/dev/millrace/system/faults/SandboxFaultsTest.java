package dev.millrace.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a hostile command tries, and a machine without the sandbox. Where the sandbox forbids, the
/// same command is run without it: it succeeds there, so it is the sandbox that forbids. Needs
/// root, for hiding a program of the machine.
final class SandboxFaultsTest extends AbstractRunsTest {
  private static final String SECRET = "the secret of this machine";
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");

  @Test
  void filesOfTheMachineAndOfMillraceAreNotThere() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path open = runs.file("open", SECRET);
    Path keys = cli.home().resolve("keys").resolve("master");
    Path token = cli.home().resolve("token");
    String all = open + " " + keys + " " + token;
    runs.fails(
        "cat: " + token + ": No such file or directory'",
        "mend the command or its input",
        "cat " + all);

    String tries =
        """
        for file in %s; do
          ln -sf $file link
          for way in $file link /proc/1/root$file /proc/self/root$file /proc/self/cwd/link; do
            cat $way 2> /dev/null || true
          done
        done
        """
            .formatted(all);
    Cli.Result sandboxed = cli.run("run", "--exec", tries, "mr://lab/in");
    assertThat(sandboxed.status()).as(sandboxed.err()).isZero();
    assertThat(sandboxed.out()).isEmpty();
    String secrets = "cat " + all;
    Cli.Result control = cli.run("run", "--unsandboxed", "--exec", secrets, "mr://lab/in");
    assertThat(control.status()).as(control.err()).isZero();
    assertThat(control.out()).contains(SECRET, Files.readString(token));
  }

  @Test
  void theNetworkIsNotThere() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String port = "/dev/tcp/127.0.0.1/" + server.getLocalPort();
      String connect = "exec 3<> " + port;
      runs.fails(port + ": Connection refused'", "mend the command or its input", connect);
      Cli.Result control = cli.run("run", "--unsandboxed", "--exec", connect, "mr://lab/in");
      assertThat(control.status()).as(control.err()).isZero();
      server.accept().close();
    }
    runs.fails(
        "Network is unreachable'",
        "mend the command or its input",
        "exec 3<> /dev/tcp/192.0.2.1/80");
  }

  @Test
  void aLinkIsNoFileOfTheAnswer() throws Exception {
    String open = runs.file("open", SECRET).toString();
    String remedy = "leave plain files there, and folders with such";
    for (String mode : List.of("--fresh", "--unsandboxed")) {
      runs.fails(
          "it left 'leak', a symbolic link, in its output folder",
          remedy,
          "ln -s " + open + " leak",
          "--files",
          mode);
      runs.fails(
          "it left 'deep/root', a symbolic link, in its output folder",
          remedy,
          "mkdir deep; ln -s / deep/root",
          "--files",
          mode);
    }
  }

  @Test
  void nothingOfTheMachineCanBeChanged() throws Exception {
    runs.fails(
        "/usr/bin/here: Read-only file system'",
        "mend the command or its input",
        "echo x > /usr/bin/here");
    assertThat(Path.of("/usr/bin/here")).doesNotExist();
    Path tool = runs.file("tool", "#!/bin/sh\necho tool\n");
    runs.fails(
        "/program/tool: ",
        "mend the command or its input",
        "tool; echo x > /program/tool",
        "--ship",
        tool.toString());
    assertThat(tool).hasContent("#!/bin/sh\necho tool");
    Cli.Result intact = cli.run("run", "--exec", "tool", "--ship", tool.toString(), "mr://lab/in");
    assertThat(intact.out()).isEqualTo("tool\n");
  }

  @Test
  void aProcessThatStaysBehindEndsWithTheCommand() throws Exception {
    for (String mode : List.of("--fresh", "--unsandboxed")) {
      String number = FailingRuns.marker();
      String daemon = "setsid sleep " + number + " < /dev/null > /dev/null 2>&1 &";
      // the shell goes on when the daemon is there
      String leave =
          daemon + " until tr '\\0' ' ' < /proc/$!/cmdline | grep -q '^sleep '; do :; done; cat";
      Cli.Result run = cli.run("run", mode, "--exec", leave, "mr://lab/in");
      assertThat(run.status()).as(mode + run.err()).isZero();
      assertThat(run.out()).isEqualTo(FailingRuns.LINES);
      assertThat(FailingRuns.processes(number)).as(mode).isEmpty();
    }
  }

  @Test
  void neitherACancelledCommandNorItsNodeLeavesControlGroups() throws Exception {
    try (FailingRuns own = FailingRuns.start(Files.createDirectory(temp.resolve("own")))) {
      String number = FailingRuns.marker();
      Process run = own.cli().start("run", "--exec", "sleep " + number, "mr://lab/in");
      ProcessHandle program;
      List<Path> groups;
      try {
        program = FailingRuns.awaitProcess(run, number);
        groups = groupsOf(program);
        assertThat(groups).isNotEmpty();
        String id = own.lastJob().get("id").asText();
        assertThat(own.cli().run("cancel", id).status()).isZero();
        assertThat(run.waitFor()).isEqualTo(1);
      } finally {
        run.destroyForcibly();
      }
      program.onExit().join();
      assertThat(groups).noneMatch(Files::exists);
      assertThat(own.node().stop()).isZero();
      assertThat(groups).extracting(Path::getParent).noneMatch(Files::exists);
      assertThat(own.cli().home().resolve("sandbox")).doesNotExist();
    }
  }

  /// The groups made for a program, wherever their trees are.
  private static List<Path> groupsOf(ProcessHandle process) throws IOException {
    String id = Long.toString(process.pid());
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        GROUPS,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path group, BasicFileAttributes attributes) {
            if (group.toString().contains("/millrace-")
                && lines(group.resolve("cgroup.procs")).contains(id)) {
              found.add(group);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // groups of others come and go
          }

          @Override
          public FileVisitResult postVisitDirectory(Path group, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // a group of somebody else, which is gone
    }
  }

  @Test
  void withoutBubblewrapCommandsAreRefusedAndTheRemedyIsNamed() throws Exception {
    Path work = Files.createDirectory(temp.resolve("bare"));
    Cli bare =
        Cli.of(work.resolve("home"), work)
            .wrappedBy(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --bind /dev/null /usr/bin/bwrap && exec \"$@\"",
                "sh");
    String in = runs.file("in", FailingRuns.LINES).toString();
    Cli.Result doctor = bare.run("doctor");
    assertThat(doctor.status()).isEqualTo(1);
    assertThat(doctor.err()).isEmpty();
    assertThat(doctor.out())
        .containsPattern("(?m)^bubblewrap +NO +it is not installed")
        .contains("apt install bubblewrap");

    Cli.Result refused = bare.run("run", "--exec", "cat", in);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.errorLine())
        .startsWith("millrace: sandbox, bubblewrap: it is not installed: apt install bubblewrap")
        .endsWith("('millrace doctor' shows all)")
        .doesNotContain("\n");
    assertThat(bare.run("jobs", "--json").out().replaceAll("\\s", "")).isEqualTo("[]");

    Cli.Result plain = bare.run("run", "--unsandboxed", "--exec", "cat", in);
    assertThat(plain.status()).as(plain.err()).isZero();
    assertThat(plain.out()).isEqualTo(FailingRuns.LINES);
    Cli.Result builtIn = bare.run("run", "count", in);
    assertThat(builtIn.status()).as(builtIn.err()).isZero();
    assertThat(bare.home().resolve("sandbox")).doesNotExist();
  }
}
