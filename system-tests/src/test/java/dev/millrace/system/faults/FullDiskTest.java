package dev.millrace.system.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.raft.RaftCatalog;
import dev.millrace.model.BucketName;
import dev.millrace.model.NodeId;
import dev.millrace.model.StoragePolicy;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.system.process.Cli;
import dev.millrace.system.process.Digests;
import dev.millrace.system.process.LoopDisk;
import dev.millrace.system.process.UpNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A disk without space: what was stored stays, what does not fit is refused with a reason, and a
/// node that kept running writes again as soon as there is space. Needs root, for the mounts.
final class FullDiskTest {
  private static final String DISK = "400M";
  private static final int LARGE_BYTES = 60_000_000;
  private static final long MIB = 1 << 20;

  /// What volumes of a disk of 400 MiB leave free is a quarter of it, and what the catalog does an
  /// eighth.
  private static final long ROOM_FOR_A_CHUNK_OR_TWO = 112 * MIB;

  private static final long ROOM_FOR_DELETES = 30 * MIB;

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource
  void aPutThatDoesNotFitIsRefusedAndLeavesNothing(LoopDisk.Kind kind) throws Exception {
    try (LoopDisk disk = LoopDisk.make(temp, kind, DISK)) {
      Cli cli = Cli.of(disk.folder().resolve("home"), temp);
      assertThat(cli.run("mb", "lab").status()).isZero();
      Path small = file("small", 100_000);
      Path huge = temp.resolve("huge");
      LoopDisk.run("truncate", "-s", "450M", huge.toString());
      assertThat(cli.run("put", small.toString(), "lab/small").status()).isZero();

      refusedForSpace(cli.run("put", huge.toString(), "lab/huge"));

      assertThat(cli.run("ls", "lab").out()).contains("small").doesNotContain("huge");
      assertThatItComesBack(cli, "lab/small", small);
      assertThat(cli.run("rm", "lab/small").status()).isZero();
      Cli.Result again = cli.run("put", small.toString(), "lab/again");
      assertThat(again.status()).as(again.err()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRunningNodeWritesAgainWhenThereIsSpace(LoopDisk.Kind kind) throws Exception {
    try (LoopDisk disk = LoopDisk.make(temp, kind, DISK)) {
      Cli cli = Cli.of(disk.folder().resolve("home"), temp);
      Path large = file("large", LARGE_BYTES);
      Path small = file("small", 100);
      try (UpNode node = UpNode.start(cli)) {
        assertThat(cli.run("mb", "lab").status()).isZero();
        assertThat(cli.run("put", large.toString(), "lab/before").status()).isZero();
        assertThat(cli.run("put", small.toString(), "lab/first").status()).isZero();
        assertThat(cli.run("put", small.toString(), "lab/second").status()).isZero();

        // volumes are full in the middle of a file, and in the middle of a job's answer
        disk.fill(ROOM_FOR_A_CHUNK_OR_TWO);
        refusedForSpace(cli.run("put", large.toString(), "lab/during"));
        refusedForSpace(cli.run("run", "compress", "mr://lab/before", "-o", "mr://lab/job"));
        assertThat(cli.run("mb", "other").status()).isZero();
        disk.free();

        // only what frees is taken by the catalog
        disk.fill(ROOM_FOR_DELETES);
        refuseNewBuckets(cli, "new-");
        refusedForSpace(cli.run("put", small.toString(), "lab/tiny"));
        refusedForSpace(cli.run("run", "count", "mr://lab/before", "-o", "mr://lab/count"));
        Cli.Result removed = cli.run("rm", "lab/first");
        assertThat(removed.status()).as(removed.err()).isZero();
        disk.free();

        // not a byte is left: a delete has what the log keeps ready, or is refused
        disk.fill(0);
        Cli.Result last = cli.run("rm", "lab/second");
        if (last.status() != 0) {
          refusedForSpace(last);
        }
        refuseNewBuckets(cli, "newer-");
        refusedForSpace(cli.run("put", small.toString(), "lab/tiny"));
        assertThatItComesBack(cli, "lab/before", large);
        disk.free();

        Cli.Result after = cli.run("put", large.toString(), "lab/after");
        assertThat(after.status()).as(after.err()).isZero();
        Cli.Result job = cli.run("run", "compress", "mr://lab/before", "-o", "mr://lab/job");
        assertThat(job.status()).as(job.err()).isZero();
        assertThat(cli.run("ls", "lab").out())
            .contains("before", "after", "job", last.status() == 0 ? "" : "second")
            .doesNotContain("first", "during", "tiny", "count")
            .doesNotContain(last.status() == 0 ? "second" : "first");
        assertThat(node.process().isAlive()).isTrue();
        assertThat(node.stop()).isZero();
      }
      assertThatItComesBack(cli, "lab/after", large);
    }
  }

  /// The space goes while hundreds of versions are being committed.
  @ParameterizedTest
  @EnumSource
  void nothingAcknowledgedIsLostWhenSpaceRunsOutUnderLoad(LoopDisk.Kind kind) throws Exception {
    try (LoopDisk disk = LoopDisk.make(temp, kind, DISK)) {
      Cli cli = Cli.of(disk.folder().resolve("home"), temp);
      Path folder = Files.createDirectories(temp.resolve("folder"));
      SplittableRandom random = new SplittableRandom(7);
      for (int i = 0; i < 1500; i++) {
        byte[] bytes = new byte[random.nextInt(1, 9000)];
        random.nextBytes(bytes);
        Files.write(folder.resolve("file-" + i), bytes);
      }
      Map<String, String> whole = Digests.ofTree(folder);
      try (UpNode node = UpNode.start(cli)) {
        assertThat(cli.run("mb", "lab").status()).isZero();
        Process put = cli.start("put", folder.toString(), "lab/");
        try {
          // the filling takes a moment, during which files are stored
          disk.fill(0);
          put.waitFor();
        } finally {
          put.destroyForcibly();
        }
        if (!cli.run("ls", "lab/").out().isBlank()) {
          Path some = temp.resolve("some");
          Cli.Result got = cli.run("get", "lab/", "-o", some.toString());
          assertThat(got.status()).as(got.err()).isZero();
          assertThat(whole.entrySet()).containsAll(Digests.ofTree(some).entrySet());
        }
        disk.free();
        Cli.Result again = cli.run("put", folder.toString(), "lab/");
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(node.stop()).isZero();
      }
      Path all = temp.resolve("all");
      Cli.Result got = cli.run("get", "lab/", "-o", all.toString());
      assertThat(got.status()).as(got.err()).isZero();
      assertThat(Digests.ofTree(all)).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCheckpointWithoutSpaceFailsAloneAndIsTakenLater(LoopDisk.Kind kind) throws Exception {
    try (LoopDisk disk = LoopDisk.make(temp, kind, DISK)) {
      IdSource ids = new IdSource(Clock.system(), new SecureRandom());
      CatalogConfig config =
          CatalogConfig.of(
              disk.folder().resolve("catalog"), new NodeId(new Id128(1, 2)), Clock.system(), ids);
      int made = 0;
      try (RaftCatalog catalog = RaftCatalog.open(config)) {
        made = makeBuckets(catalog, made);
        disk.fill(0);
        assertThatThrownBy(catalog::checkpoint)
            .isInstanceOfSatisfying(
                MillraceException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL);
                  assertThat(e).hasMessageContaining("free space");
                });
        disk.free();
        made = makeBucketsWhenItIsBack(catalog, made);
        catalog.checkpoint();
      }
      try (RaftCatalog catalog = RaftCatalog.open(config)) {
        assertThat(catalog.query(new CatalogQuery.ListBuckets())).hasSize(made);
      }
    }
  }

  private static int makeBuckets(RaftCatalog catalog, int from) {
    int until = from + 300;
    for (int i = from; i < until; i++) {
      catalog.execute(
          new CatalogCommand.CreateBucket(
              new BucketName("bucket-" + i), new StoragePolicy.Replicated(1)));
    }
    return until;
  }

  /// Without a restart; the catalog looks twice a second.
  private static int makeBucketsWhenItIsBack(RaftCatalog catalog, int from) {
    while (true) {
      try {
        catalog.execute(new CatalogCommand.Touch(Optional.of("test")));
        return makeBuckets(catalog, from);
      } catch (MillraceException e) {
        assertThat(e.code()).isIn(ErrorCode.DISK_FULL, ErrorCode.UNAVAILABLE);
        Thread.onSpinWait();
      }
    }
  }

  /// The catalog looks at the disk twice a second; its reserve is for what it takes until then.
  private static void refuseNewBuckets(Cli cli, String names) throws Exception {
    Cli.Result made = cli.run("mb", names + 0);
    for (int i = 1; i < 20 && made.status() == 0; i++) {
      made = cli.run("mb", names + i);
    }
    refusedForSpace(made);
  }

  private static void refusedForSpace(Cli.Result result) {
    assertThat(result.status()).as(result.out() + result.err()).isEqualTo(1);
    assertThat(result.errorLine()).startsWith("millrace: ").contains("space").doesNotContain("\n");
  }

  private void assertThatItComesBack(Cli cli, String name, Path file) throws Exception {
    Path back = temp.resolve("back");
    Cli.Result got = cli.run("get", name, "-o", back.toString());
    assertThat(got.status()).as(got.err()).isZero();
    assertThat(back).hasSameBinaryContentAs(file);
  }

  private Path file(String name, int sizeBytes) throws Exception {
    byte[] bytes = new byte[sizeBytes];
    new SplittableRandom(sizeBytes).nextBytes(bytes);
    return Files.write(temp.resolve(name), bytes);
  }
}
