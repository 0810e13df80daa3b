package dev.millrace.catalog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogBackup;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.RandomHistory;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.Seeds;
import dev.millrace.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogBackupTest {
  private final SettableClock clock = new SettableClock(1_000_000);
  @TempDir Path temp;

  private CatalogConfig config(String folder) {
    return CatalogConfig.of(
            temp.resolve(folder),
            new NodeId(new Id128(1, 1)),
            clock,
            new IdSource(clock, new SplittableRandom(1)))
        .withFreeReserve(0)
        .withCheckpoints(1_000_000, 1L << 40, Duration.ofDays(1000));
  }

  @Test
  void anyMomentOfTheHistoryCanBeHadBack() {
    long seed = Seeds.seed("anyMomentOfTheHistoryCanBeHadBack");
    RandomHistory history = new RandomHistory(seed, true);
    List<CatalogBackup.Entry> entries = new ArrayList<>();
    List<List<String>> states = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    CatalogBackup.Checkpoint checkpoint;
    try (RaftCatalog catalog = RaftCatalog.open(config("c"))) {
      for (int i = 0; i < 50; i++) {
        CatalogFolders.outcome(catalog, history.next());
      }
      checkpoint = catalog.exportCheckpoint(temp.resolve("checkpoint"));
      long index = checkpoint.index();
      for (int i = 0; i < 100; i++) {
        clock.advanceMillis(10);
        CatalogFolders.outcome(catalog, history.next());
        states.add(CatalogFolders.dump(catalog));
        times.add(clock.currentMillis());
        if (catalog.entriesSince(index, 1) instanceof CatalogBackup.Since.Entries since) {
          entries.addAll(since.entries());
          index = since.upTo();
        }
      }
    }
    assertThat(checkpoint.files()).contains("CURRENT");
    for (int moment : new int[] {0, 41, 99}) {
      CatalogConfig restored = config("restored" + moment);
      CatalogRestore.Restored result =
          CatalogRestore.restore(
              restored,
              temp.resolve("checkpoint"),
              entries.iterator(),
              Optional.of(Instant.ofEpochMilli(times.get(moment))));
      assertThat(result.lastMillis()).isEqualTo(times.get(moment));
      for (int start = 0; start < 2; start++) {
        try (RaftCatalog catalog = RaftCatalog.open(restored)) {
          assertThat(CatalogFolders.dump(catalog)).isEqualTo(states.get(moment));
          if (start == 0) {
            catalog.execute(new CatalogCommand.Touch(Optional.empty()));
          }
        }
      }
    }
  }

  @Test
  void aRestoreNeverOverwritesACatalog() {
    try (RaftCatalog catalog = RaftCatalog.open(config("c"))) {
      catalog.exportCheckpoint(temp.resolve("checkpoint"));
    }
    assertThatThrownBy(() ->
            CatalogRestore.restore(
                config("c"),
                temp.resolve("checkpoint"),
                List.<CatalogBackup.Entry>of().iterator(),
                Optional.empty()))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void aCatalogIsRebuiltFromWhatTheChunksSay() {
    BucketName bucket = new BucketName("photos");
    Stored stored =
        new Stored(
            5,
            "etag",
            new Content.Chunked(new Manifest(List.of(new Extent(new ChunkId(1, 7), 5)))),
            new WrappedKey(1, Bytes.copyOf(new byte[60])),
            Map.of(),
            Optional.empty());
    try (CatalogRebuild rebuild = new CatalogRebuild(config("rebuilt"))) {
      rebuild.add(new CatalogCommand.CreateBucket(bucket, new StoragePolicy.Replicated(1)));
      for (int i = 0; i < 2500; i++) {
        rebuild.add(
            new CatalogCommand.ImportVersion(
                bucket, new ObjectKey("k" + i), new VersionId(new Id128(i, 0)), 1000 + i, stored));
      }
      rebuild.add(new CatalogCommand.DeleteBucket(bucket));
      assertThat(rebuild.finish())
          .extracting(MillraceException::code)
          .containsExactly(ErrorCode.BUCKET_NOT_EMPTY);
    }
    try (RaftCatalog catalog = RaftCatalog.open(config("rebuilt"))) {
      assertThat(
              catalog.query(
                  new CatalogQuery.GetVersion(ObjectRef.current(bucket, new ObjectKey("k2499")))))
          .satisfies(version -> assertThat(version.createdMillis()).isEqualTo(3499));
      assertThat(catalog.query(new CatalogQuery.KnownChunks(List.of(new ChunkId(1, 7)))))
          .hasSize(1);
    }
  }
}
