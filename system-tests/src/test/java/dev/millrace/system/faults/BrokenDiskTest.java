package dev.millrace.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import dev.millrace.system.process.LoopDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A disk that fails: a sync that fails once, and a file system that turns read-only.
final class BrokenDiskTest {
  private static final int SIZE_BYTES = 20_000_000;

  private static final String SEGMENT = ".seg";
  private static final String LOG = "log_inprogress_";
  private static final int LATER_ENTRIES = 20;

  @TempDir Path temp;

  /// Whichever sync of a put it is, of a volume or of the catalog's log: either the put was
  /// refused, or it is there whole. The count is of one thread's syncs of that file.
  @ParameterizedTest
  @CsvSource({SEGMENT + ", 1", SEGMENT + ", 2", LOG + ", 1", LOG + ", 2", LOG + ", 3"})
  void aFailedSyncIsNeverAcknowledged(String kind, int which) throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    Path file = file();
    assertThat(cli.run("mb", "lab").status()).isZero();
    assertThat(cli.run("put", file.toString(), "lab/first").status()).isZero();
    Path traced = temp.resolve("traced");
    List<String> strace =
        new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-qq", "-o", traced.toString()));
    filesOf(cli.home(), kind).forEach(path -> strace.addAll(List.of("-P", path.toString())));
    strace.addAll(List.of("-e", "trace=fdatasync,fsync"));
    strace.addAll(List.of("-e", "inject=fdatasync,fsync:error=EIO:when=" + which));
    Cli failing = cli.wrappedBy(strace.toArray(String[]::new));
    Cli.Result put = failing.run("put", file.toString(), "lab/second");
    boolean injected = Files.readString(traced).contains("INJECTED");
    assertThat(injected || which > 1).as("a sync of %s failed", kind).isTrue();
    assertThat(put.status() == 0 || injected).as(put.err()).isTrue();

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

  /// The file of a kind; of the log also those that a start begins, which are named by the entries
  /// that are there by then.
  private static List<Path> filesOf(Path home, String kind) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      Path file =
          files
              .filter(found -> found.getFileName().toString().contains(kind))
              .findFirst()
              .orElseThrow();
      if (kind.equals(SEGMENT)) {
        return List.of(file);
      }
      int first = Integer.parseInt(file.getFileName().toString().substring(LOG.length()));
      return IntStream.range(first, first + LATER_ENTRIES)
          .mapToObj(entry -> file.resolveSibling(LOG + entry))
          .toList();
    }
  }

  private Path file() throws Exception {
    byte[] bytes = new byte[SIZE_BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    return Files.write(temp.resolve("file"), bytes);
  }
}
