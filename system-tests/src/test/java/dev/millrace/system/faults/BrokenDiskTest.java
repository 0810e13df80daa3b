package dev.millrace.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import dev.millrace.system.process.LoopDisk;
import dev.millrace.system.process.UpNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A disk that fails: a sync that fails once, and a file system that turns read-only.
final class BrokenDiskTest {
  private static final int SIZE_BYTES = 20_000_000;

  @TempDir Path temp;

  /// Whichever sync of a put it is: either the put was refused, or it is there whole.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8})
  void aFailedSyncIsNeverAcknowledged(int which) throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    Path file = file();
    assertThat(cli.run("mb", "lab").status()).isZero();
    assertThat(cli.run("put", file.toString(), "lab/first").status()).isZero();
    Cli failing =
        cli.wrappedBy(
            "strace",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=fdatasync,fsync",
            "-e",
            "inject=fdatasync,fsync:error=EIO:when=" + which);
    Cli.Result put = failing.run("put", file.toString(), "lab/second");

    boolean listed = cli.run("ls", "lab").out().contains("second");
    if (put.status() == 0) {
      assertThat(listed).isTrue();
    } else {
      assertThat(put.errorLine()).startsWith("millrace: ").doesNotContain("\n");
    }
    for (String key : listed ? new String[] {"first", "second"} : new String[] {"first"}) {
      Path back = temp.resolve("back");
      Cli.Result get = cli.run("get", "lab/" + key, "-o", back.toString());
      assertThat(get.status()).as(get.err()).isZero();
      assertThat(back).hasSameBinaryContentAs(file);
    }
    assertThat(cli.run("put", file.toString(), "lab/third").status()).isZero();
  }

  @Test
  void aReadOnlyFileSystemIsNamedAndWritesGoOnWhenItIsWritable() throws Exception {
    try (LoopDisk disk = LoopDisk.make(temp, LoopDisk.Kind.EXT4, "1G")) {
      Cli cli = Cli.of(disk.folder().resolve("home"), temp);
      Path file = file();
      assertThat(cli.run("mb", "lab").status()).isZero();
      assertThat(cli.run("put", file.toString(), "lab/first").status()).isZero();

      disk.remount("ro");
      Cli.Result refused = cli.run("put", file.toString(), "lab/second");
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.errorLine()).contains("read-only").doesNotContain("\n");

      disk.remount("rw");
      assertThat(cli.run("put", file.toString(), "lab/third").status()).isZero();
      assertThat(cli.run("ls", "lab").out()).contains("first", "third").doesNotContain("second");
    }
  }

  @Test
  void aPlaceThatIsReadOnlyTakesNoAnswer() throws Exception {
    try (LoopDisk disk = LoopDisk.make(temp, LoopDisk.Kind.EXT4, "64M")) {
      disk.remount("ro");
      Cli cli = Cli.of(temp.resolve("home"), temp);
      Path answer = disk.folder().resolve("answer.zst");
      Cli.Result refused = cli.run("run", "compress", file().toString(), "-o", answer.toString());
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.errorLine()).contains("answer.zst").contains("ead-only");
      disk.remount("rw");
    }
  }

  @Test
  void aNodeStopsCleanlyWithinItsGrace() throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    try (UpNode node = UpNode.start(cli)) {
      assertThat(cli.run("mb", "lab").status()).isZero();
      assertThat(node.stop()).isZero();
    }
    assertThat(cli.run("ls").out()).contains("lab");
  }

  private Path file() throws Exception {
    byte[] bytes = new byte[SIZE_BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    return Files.write(temp.resolve("file"), bytes);
  }
}
