package dev.millrace.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import dev.millrace.system.process.Digests;
import dev.millrace.system.process.Growth;
import dev.millrace.system.process.LoopDisk;
import dev.millrace.system.process.UpNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people and scripts do wrong, to real processes: one line says what and what to do, and
/// nothing of it is stored or left behind.
final class BadInputTest {
  private static final int FAILED = 1;
  private static final int PUT_SECONDS = 60;

  /// More than is read before the file changes.
  private static final String CHANGING_SIZE = "500M";

  private static final int SOME_BYTES = 3_000_000;

  @TempDir Path temp;

  private Cli cli;

  @BeforeEach
  void makeBucket() throws Exception {
    cli = Cli.of(temp.resolve("home"), temp);
    assertThat(cli.run("mb", "lab").status()).isZero();
  }

  @Test
  void aFileThatGrowsOrShrinksOrGoesWhileItIsReadIsNotStored() throws Exception {
    for (String change : new String[] {"truncate -s 100", "truncate -s +100", "rm"}) {
      Path file = file("f", 0);
      LoopDisk.run("truncate", "-s", CHANGING_SIZE, file.toString());
      Path said = temp.resolve("said");
      Growth growth = Growth.of(cli.home().resolve("disk"));
      Process put =
          cli.builder(cli.words("put", file.toString(), "lab/f"))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(said.toFile())
              .start();
      try {
        growth.await(SOME_BYTES, put);
        assertThat(cli.shell(change + " " + file).status()).isZero();
        assertThat(put.waitFor(PUT_SECONDS, TimeUnit.SECONDS)).isTrue();
      } finally {
        put.destroyForcibly();
      }
      assertThat(put.exitValue()).as(change).isEqualTo(FAILED);
      assertThat(Files.readString(said).strip())
          .startsWith("millrace: ")
          .contains(file.toString())
          .doesNotContain("\n");
      assertThat(cli.run("ls", "lab").out()).as(change).isBlank();
    }
  }

  @Test
  void aReaderThatGoesAwayEndsTheCommandQuietly() throws Exception {
    Path file = file("f", 30_000_000);
    assertThat(cli.run("put", file.toString(), "lab/f").status()).isZero();
    for (String command : new String[] {"get lab/f", "run compress mr://lab/f"}) {
      Cli.Result head = cli.shell("$MILLRACE " + command + " | head -c 1 > /dev/null");
      assertThat(head.status()).as(command).isEqualTo(FAILED);
      assertThat(head.err()).as(command).isEmpty();
    }
    assertThat(cli.run("jobs").out()).doesNotContainIgnoringCase("running");
  }

  @Test
  void anAnswerThatHasNoPlaceIsNamedBeforeTheWork() throws Exception {
    Path file = file("f", 1000);
    try (LoopDisk disk = LoopDisk.make(temp, LoopDisk.Kind.TMPFS, "16M")) {
      disk.remount("ro");
      Path place = disk.folder().resolve("answer");
      for (String[] command :
          new String[][] {
            {"run", "compress", file.toString(), "-o", place.toString()},
            {"get", "lab/f", "-o", place.toString()}
          }) {
        assertThat(cli.run("put", file.toString(), "lab/f").status()).isZero();
        Cli.Result refused = cli.run(command);
        assertThat(refused.status()).isEqualTo(FAILED);
        assertThat(refused.errorLine())
            .startsWith("millrace: " + place)
            .contains("ead-only")
            .doesNotContain("\n");
      }
      disk.remount("rw");
      assertThat(cli.run("get", "lab/f", "-o", place.toString()).status()).isZero();
    }
  }

  @Test
  void anyNameIsKeptAsItIs() throws Exception {
    Path file = file("f", 1000);
    String longest = "k".repeat(1024);
    String[] keys = {
      "emoji-\uD83D\uDE00\uD83D\uDC69\u200D\uD83D\uDD2C",
      "..",
      "../up",
      "a/../b",
      "a//b",
      "a/",
      "line\nbreak",
      "tab\tquote'\"",
      "-",
      " ",
      longest,
      "a",
      "a/b/c"
    };
    try (UpNode node = UpNode.start(cli)) {
      for (String key : keys) {
        // a target with a slash at its end takes the file's name
        String stored = key.endsWith("/") ? key + "f" : key;
        Cli.Result put = cli.run("put", file.toString(), "lab/" + key);
        assertThat(put.status()).as(key + put.err()).isZero();
        Path back = temp.resolve("back");
        Cli.Result got = cli.run("get", "lab/" + stored, "-o", back.toString());
        assertThat(got.status()).as(key + got.err()).isZero();
        assertThat(back).hasSameBinaryContentAs(file);
      }
      assertThat(node.process().isAlive()).isTrue();
    }
    Cli.Result tooLong = cli.run("put", file.toString(), "lab/" + longest + "k");
    assertThat(tooLong.status()).isNotZero();
    assertThat(tooLong.errorLine()).startsWith("millrace: ").contains("1024").doesNotContain("\n");
    // names that lead out of a folder, or cannot be files, stay inside or are named
    Path tree = temp.resolve("deep").resolve("tree");
    Cli.Result all = cli.run("get", "lab/", "-o", tree.toString());
    assertThat(all.status()).isEqualTo(FAILED);
    assertThat(all.err()).contains("'../up'");
    assertThat(temp.resolve("deep").resolve("up")).doesNotExist();
    assertThat(Digests.ofTree(temp.resolve("deep")).keySet())
        .allMatch(path -> path.startsWith("tree/"));
  }

  @Test
  void whatAUserMayNotReadIsNamed() throws Exception {
    // a home and files of an ordinary user, who can't read one of them
    Path own = Files.createDirectories(temp.resolve("own"));
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path secret = file("secret", 100);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Path open = file("open", 100);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    Cli user =
        Cli.of(own.resolve("home"), temp)
            .wrappedBy("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups");
    Cli.Result made = user.run("mb", "lab");
    assertThat(made.status()).as(made.err()).isZero();
    Cli.Result refused = user.run("put", secret.toString(), "lab/secret");
    assertThat(refused.status()).isEqualTo(FAILED);
    assertThat(refused.errorLine())
        .startsWith("millrace: " + secret)
        .containsIgnoringCase("permission")
        .doesNotContain("\n");
    Cli.Result job = user.run("run", "count", secret.toString());
    assertThat(job.status()).isEqualTo(FAILED);
    assertThat(job.errorLine()).contains(secret.toString()).containsIgnoringCase("permission");
    assertThat(user.run("put", open.toString(), "lab/open").status()).isZero();
    assertThat(user.run("ls", "lab").out()).contains("open").doesNotContain("secret");
    // another user's home
    Cli.Result foreign = user.run(Map.of("MILLRACE_HOME", cli.home().toString()), "ls");
    assertThat(foreign.status()).isEqualTo(FAILED);
    assertThat(foreign.errorLine())
        .contains(cli.home().toString())
        .containsIgnoringCase("permission")
        .doesNotContain("\n");
  }

  @Test
  void whatIsNotThereIsNamed() throws Exception {
    Path file = file("f", 100);
    Path folder = Files.createDirectories(temp.resolve("folder"));
    Map<String[], String> wrong =
        Map.of(
            new String[] {"run", "compres", file.toString()}, "did you mean 'compress'?",
            new String[] {"run", "count", temp.resolve("missing").toString()}, "missing",
            new String[] {"put", temp.resolve("missing").toString(), "lab/x"}, "missing",
            new String[] {"put", file.toString(), "nowhere/x"}, "nowhere",
            new String[] {"get", "lab/nothing"}, "nothing",
            new String[] {"run", "count", "mr://lab/nothing"}, "nothing",
            new String[] {"run", "count", folder.toString()}, folder.toString());
    for (Map.Entry<String[], String> command : wrong.entrySet()) {
      Cli.Result refused = cli.run(command.getKey());
      assertThat(refused.status()).as(refused.err()).isEqualTo(FAILED);
      assertThat(refused.errorLine())
          .startsWith("millrace: ")
          .contains(command.getValue())
          .doesNotContain("\n");
    }
    Cli.Result unknown = cli.run("pt", file.toString());
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.errorLine()).contains("put").doesNotContain("\n");
    assertThat(cli.run("ls", "--recursive", "lab").out()).isBlank();
  }

  @Test
  void anEmptyFileIsAFile() throws Exception {
    Path file = file("empty", 0);
    assertThat(cli.run("put", file.toString(), "lab/empty").status()).isZero();
    assertThat(cli.run("get", "lab/empty").out()).isEmpty();
    assertThat(cli.run("run", "count", "mr://lab/empty").out()).contains("0");
    assertThat(cli.shell("$MILLRACE run compress mr://lab/empty | zstd -t").status()).isZero();
  }

  private Path file(String name, int sizeBytes) throws Exception {
    byte[] bytes = new byte[sizeBytes];
    new SplittableRandom(sizeBytes).nextBytes(bytes);
    return Files.write(temp.resolve(name), bytes);
  }
}
