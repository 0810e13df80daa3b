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

/// A disk that is full: writes are refused with the reason, the rest goes on, and writes work again
/// without a restart once there is space. Needs root, for the loop device.
final class FullDiskTest {
  @TempDir Path temp;

  @Test
  void aPutThatDoesNotFitIsRefusedAndLeavesNothing() throws Exception {
    try (LoopDisk disk = LoopDisk.make(temp, LoopDisk.Kind.EXT4, "400M")) {
      Cli cli = Cli.of(disk.folder().resolve("home"), temp);
      assertThat(cli.run("mb", "lab").status()).isZero();
      Path small = file("small", 100_000);
      Path huge = file("huge", 500_000_000);
      assertThat(cli.run("put", small.toString(), "lab/small").status()).isZero();

      Cli.Result refused = cli.run("put", huge.toString(), "lab/huge");
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.errorLine()).startsWith("millrace: ").contains("space").doesNotContain("\n");

      assertThat(cli.run("ls", "lab").out()).contains("small").doesNotContain("huge");
      assertThat(cli.run("get", "lab/small", "-o", temp.resolve("back").toString()).status()).isZero();
      assertThat(temp.resolve("back")).hasSameBinaryContentAs(small);
      assertThat(cli.run("rm", "lab/small").status()).isZero();
      assertThat(cli.run("put", small.toString(), "lab/again").status()).isZero();
    }
  }

  @Test
  void aRunningNodeWritesAgainWhenThereIsSpace() throws Exception {
    try (LoopDisk disk = LoopDisk.make(temp, LoopDisk.Kind.EXT4, "400M")) {
      Cli cli = Cli.of(disk.folder().resolve("home"), temp);
      Path large = file("large", 30_000_000);
      try (UpNode node = UpNode.start(cli)) {
        assertThat(cli.run("mb", "lab").status()).isZero();
        assertThat(cli.run("put", large.toString(), "lab/before").status()).isZero();
        Path filler = disk.folder().resolve("filler");
        LoopDisk.run("fallocate", "-l", filling(disk.folder()), filler.toString());

        Cli.Result refused = cli.run("put", large.toString(), "lab/during");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.errorLine()).contains("space");
        Cli.Result job = cli.run("run", "compress", "mr://lab/before", "-o", "mr://lab/job");
        assertThat(job.status()).isEqualTo(1);
        assertThat(job.errorLine()).contains("space");
        assertThat(cli.run("get", "lab/before", "-o", temp.resolve("b").toString()).status()).isZero();

        Files.delete(filler);
        Cli.Result after = cli.run("put", large.toString(), "lab/after");
        assertThat(after.status()).as(after.err()).isZero();
        Cli.Result again = cli.run("run", "compress", "mr://lab/before", "-o", "mr://lab/job");
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(cli.run("ls", "lab").out()).contains("after", "job").doesNotContain("during");
        assertThat(node.process().isAlive()).isTrue();
      }
    }
  }

  /// All but a few MiB of what is free.
  private static String filling(Path folder) throws Exception {
    return Long.toString(Files.getFileStore(folder).getUsableSpace() - (4 << 20));
  }

  private Path file(String name, int sizeBytes) throws Exception {
    byte[] bytes = new byte[sizeBytes];
    new SplittableRandom(sizeBytes).nextBytes(bytes);
    return Files.write(temp.resolve(name), bytes);
  }
}
