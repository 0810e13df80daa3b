package dev.millrace.catalog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogBackup;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.RandomHistory;
import dev.millrace.catalog.TableDump;
import dev.millrace.catalog.state.CatalogCore;
import dev.millrace.catalog.state.CatalogTables.Applied;
import dev.millrace.catalog.state.EntryCodec;
import dev.millrace.catalog.state.Invariants;
import dev.millrace.catalog.state.MemoryTables;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobSpec;
import dev.millrace.model.ListRequest;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.Program;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.Seeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RaftCatalogTest {
  private static final BucketName BUCKET = new BucketName("bucket");
  @TempDir Path temp;

  private static Stored small(int size) {
    return new Stored(
        size,
        "etag",
        new Content.Inline(new ChunkId(0, size), Bytes.copyOf(new byte[size + 16])),
        new WrappedKey(1, Bytes.copyOf(new byte[60])),
        Map.of(),
        Optional.empty());
  }

  private static CatalogCommand.CommitVersion commit(String key, long id) {
    return new CatalogCommand.CommitVersion(
        BUCKET,
        new ObjectKey(key),
        new VersionId(new Id128(1, id)),
        small((int) (id % 100)),
        new CatalogCommand.Precondition.None());
  }

  private static void createBucket(RaftCatalog catalog) {
    catalog.execute(new CatalogCommand.CreateBucket(BUCKET, new StoragePolicy.Replicated(1)));
  }

  @Test
  void aHistoryWithRestartsAndCheckpointsIsTheModelsHistory() throws Exception {
    long seed = Seeds.seed("aHistoryWithRestartsAndCheckpointsIsTheModelsHistory");
    RandomHistory history = new RandomHistory(seed, true);
    Path folder = temp.resolve("c");
    RaftCatalog catalog = CatalogFolders.open(folder);
    for (int i = 0; i < Seeds.rounds(200); i++) {
      CatalogFolders.outcome(catalog, history.next());
      switch (history.random().nextInt(100)) {
        case 0 -> {
          List<String> before = CatalogFolders.dump(catalog);
          catalog.close();
          catalog = CatalogFolders.open(folder);
          assertThat(CatalogFolders.dump(catalog)).isEqualTo(before);
        }
        case 1 -> catalog.checkpoint();
        case 2 -> {
          Path crashed = temp.resolve("crashed" + i);
          CatalogFolders.copy(folder, crashed);
          List<String> before = CatalogFolders.dump(catalog);
          try (RaftCatalog copy = CatalogFolders.open(crashed)) {
            assertThat(CatalogFolders.dump(copy)).isEqualTo(before);
          }
        }
        default -> {}
      }
    }
    assertThat(CatalogFolders.dump(catalog)).isEqualTo(replayed(catalog, folder));
    catalog.read(view -> {
      Invariants.check(view);
      return true;
    });
    catalog.close();
  }

  /// The rows that the same log gives in memory.
  private static List<String> replayed(RaftCatalog catalog, Path folder) {
    assertThat(folder).exists();
    MemoryTables memory = new MemoryTables();
    CatalogCore core = new CatalogCore(memory);
    long index = -1;
    while (true) {
      CatalogBackup.Since since = catalog.entriesSince(index, 10_000);
      if (!(since instanceof CatalogBackup.Since.Entries page)) {
        // Its beginning was let go of after a checkpoint: nothing to compare with.
        return CatalogFolders.dump(catalog);
      }
      if (page.upTo() == index) {
        return TableDump.of(memory);
      }
      for (CatalogBackup.Entry entry : page.entries()) {
        core.apply(new Applied(1, entry.index()), EntryCodec.read(entry.body().toArray()));
      }
      index = page.upTo();
    }
  }

  @Test
  void theLogReplaysToTheSameBytes() {
    long seed = Seeds.seed("theLogReplaysToTheSameBytes");
    RandomHistory history = new RandomHistory(seed, true);
    try (RaftCatalog catalog = CatalogFolders.open(temp.resolve("c"))) {
      for (int i = 0; i < Seeds.rounds(300); i++) {
        CatalogFolders.outcome(catalog, history.next());
      }
      assertThat(replayed(catalog, temp.resolve("c"))).isEqualTo(CatalogFolders.dump(catalog));
    }
  }

  @Test
  void aCrashLosesNothingThatWasAcknowledgedToThirtyTwoCallers() throws Exception {
    Path folder = temp.resolve("c");
    Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    List<Map<String, Long>> before = new ArrayList<>();
    List<Path> copies = new ArrayList<>();
    try (RaftCatalog catalog = CatalogFolders.open(folder)) {
      createBucket(catalog);
      AtomicInteger next = new AtomicInteger();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        callers.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int n; (n = next.getAndIncrement()) < 1500; ) {
                    catalog.execute(commit("k" + n, n));
                    acknowledged.put("k" + n, (long) n);
                  }
                }));
      }
      for (int i = 0; i < 3; i++) {
        before.add(Map.copyOf(acknowledged));
        Path copy = temp.resolve("copy" + i);
        CatalogFolders.copy(folder, copy);
        copies.add(copy);
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(acknowledged).hasSize(1500);
      requireAll(catalog, acknowledged);
    }
    for (int i = 0; i < copies.size(); i++) {
      try (RaftCatalog copy = CatalogFolders.open(copies.get(i))) {
        requireAll(copy, before.get(i));
      }
    }
  }

  private static void requireAll(RaftCatalog catalog, Map<String, Long> acknowledged) {
    acknowledged.forEach((key, id) -> {
      ObjectVersion version =
          catalog.query(new CatalogQuery.GetVersion(ObjectRef.current(BUCKET, new ObjectKey(key))));
      assertThat(version.id()).isEqualTo(new VersionId(new Id128(1, id)));
    });
  }

  @Test
  void executingACommitAgainGivesTheVersionThatIsThere() {
    try (RaftCatalog catalog = CatalogFolders.open(temp.resolve("c"))) {
      createBucket(catalog);
      StoredVersion first = catalog.execute(commit("k", 1));
      StoredVersion newer = catalog.execute(commit("k", 2));
      assertThat(catalog.execute(commit("k", 1))).isEqualTo(first);
      assertThat(
              catalog.query(
                  new CatalogQuery.GetVersion(ObjectRef.current(BUCKET, new ObjectKey("k")))))
          .isEqualTo(newer);
    }
  }

  @Test
  void publishingAgainGivesTheVersionThatIsThere() {
    try (RaftCatalog catalog = CatalogFolders.open(temp.resolve("c"))) {
      createBucket(catalog);
      JobId job = new JobId(new Id128(5, 5));
      JobSpec spec =
          new JobSpec(
              new Program.Instruction("count", List.of()),
              List.of(),
              List.of(),
              BUCKET,
              new ObjectKey("out"),
              JobOptions.USUAL);
      catalog.execute(new CatalogCommand.AcceptJob(job, spec, new WrappedKey(1, Bytes.EMPTY)));
      CatalogCommand.PublishJob publish =
          new CatalogCommand.PublishJob(job, new VersionId(new Id128(6, 6)), small(9));
      StoredVersion first = catalog.execute(publish);
      assertThat(catalog.execute(publish)).isEqualTo(first);
    }
  }

  @Test
  void filesThatArePublishedAgainAreThoseThatAreThere() {
    try (RaftCatalog catalog = CatalogFolders.open(temp.resolve("c"))) {
      createBucket(catalog);
      JobId job = new JobId(new Id128(5, 5));
      ObjectKey prefix = new ObjectKey("out");
      Program program = new Program.Instruction("split", List.of());
      JobSpec spec = new JobSpec(program, List.of(), List.of(), BUCKET, prefix);
      catalog.execute(new CatalogCommand.AcceptJob(job, spec, new WrappedKey(1, Bytes.EMPTY)));
      CatalogCommand.PublishFiles publish =
          new CatalogCommand.PublishFiles(
              job,
              List.of(
                  new CatalogCommand.PublishedFile(
                      new ObjectKey("out/b"), new VersionId(new Id128(6, 6)), small(9)),
                  new CatalogCommand.PublishedFile(
                      new ObjectKey("out/a"), new VersionId(new Id128(6, 7)), small(8))));
      Job first = catalog.execute(publish);
      assertThat(first.files())
          .contains(new JobFiles(2, small(9).sizeBytes() + small(8).sizeBytes()));
      assertThat(catalog.execute(publish)).isEqualTo(first);
      assertThat(catalog.query(new CatalogQuery.GetJob(job))).isEqualTo(first);
      assertThat(catalog.query(new CatalogQuery.ListObjects(ListRequest.all(BUCKET, ""))).entries())
          .extracting(entry -> entry.key().value())
          .containsExactly("out/a", "out/b");
    }
  }

  @Test
  void aFolderIsOneCatalogsAndOneProcesss() {
    Path folder = temp.resolve("c");
    try (RaftCatalog catalog = CatalogFolders.open(folder)) {
      createBucket(catalog);
      assertThatThrownBy(() -> CatalogFolders.open(folder))
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOME_IN_USE));
    }
    CatalogConfig config = CatalogFolders.config(folder);
    CatalogConfig other =
        CatalogConfig.of(folder, new NodeId(new Id128(2, 2)), config.clock(), config.ids());
    assertThatThrownBy(() -> RaftCatalog.open(other))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION));
  }

  @Test
  void aCheckpointLetsGoOfTheLogBeforeItAndTheCatalogStartsFromIt() throws Exception {
    Path folder = temp.resolve("c");
    CatalogConfig config = CatalogFolders.config(folder);
    List<String> rows;
    try (RaftCatalog catalog = RaftCatalog.open(config)) {
      createBucket(catalog);
      // More than a segment of the log, so that there is one to let go of.
      Stored large = large(15_000_000);
      for (int i = 0; i < 5; i++) {
        catalog.execute(
            new CatalogCommand.CommitVersion(
                BUCKET,
                new ObjectKey("large"),
                new VersionId(new Id128(2, i)),
                large,
                new CatalogCommand.Precondition.None()));
      }
      catalog.checkpoint();
      catalog.execute(commit("behind", 7));
      assertThat(catalog.entriesSince(-1, 1)).isInstanceOf(CatalogBackup.Since.Gone.class);
      rows = CatalogFolders.dump(catalog);
    }
    dev.millrace.catalog.raft.Disk.deleteTree(folder.resolve("db"));
    try (RaftCatalog catalog = RaftCatalog.open(config)) {
      assertThat(CatalogFolders.dump(catalog)).isEqualTo(rows);
      catalog.verify();
    }
  }

  private static Stored large(int bytes) {
    byte[] sealed = new byte[bytes];
    new java.util.SplittableRandom(1).nextBytes(sealed);
    return new Stored(
        bytes - 16L,
        "etag",
        new Content.Inline(new ChunkId(0, 1), Bytes.copyOf(sealed)),
        new WrappedKey(1, Bytes.EMPTY),
        Map.of(),
        Optional.empty());
  }

  @Test
  void tooLargeACommandIsRefused() {
    try (RaftCatalog catalog = CatalogFolders.open(temp.resolve("c"))) {
      createBucket(catalog);
      CatalogCommand.CommitVersion huge =
          new CatalogCommand.CommitVersion(
              BUCKET,
              new ObjectKey("huge"),
              new VersionId(new Id128(3, 3)),
              large(17 << 20),
              new CatalogCommand.Precondition.None());
      assertThatThrownBy(() -> catalog.execute(huge))
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE));
    }
  }

  @Test
  void withoutRoomOnlyWhatFreesIsTaken() throws Exception {
    long free = Files.getFileStore(temp).getUsableSpace();
    CatalogConfig config = CatalogFolders.config(temp.resolve("c"));
    try (RaftCatalog catalog = RaftCatalog.open(config)) {
      createBucket(catalog);
      catalog.execute(commit("k", 1));
    }
    try (RaftCatalog catalog = RaftCatalog.open(config.withFreeReserve(2 * free))) {
      assertThatThrownBy(() -> catalog.execute(commit("k", 2)))
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
      catalog.execute(
          new CatalogCommand.DestroyVersion(
              BUCKET, new ObjectKey("k"), new VersionId(new Id128(1, 1))));
    }
  }
}
