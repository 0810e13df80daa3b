package dev.millrace.node.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.IdSource;
import dev.millrace.catalog.CatalogBackup;
import dev.millrace.client.content.SealedContentStore;
import dev.millrace.model.BucketName;
import dev.millrace.model.ListRequest;
import dev.millrace.model.StoragePolicy;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.MemoryNodes;
import dev.millrace.testkit.SettableClock;
import dev.millrace.wire.seal.MasterKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogCopierTest {
  /// A log of which the test says what is in it.
  private static final class FakeLog implements CatalogBackup {
    private final List<Entry> entries = new ArrayList<>();
    private long first = 1;
    private long checkpointBytes = 10;

    void add(int bytes) {
      entries.add(new Entry(last() + 1, 0, Bytes.copyOf(new byte[bytes])));
    }

    long last() {
      return entries.isEmpty() ? 0 : entries.getLast().index();
    }

    @Override
    public Checkpoint exportCheckpoint(Path folder) {
      try {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("CURRENT"), "state after " + last());
        return new Checkpoint(1, last(), List.of("CURRENT"), checkpointBytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Since entriesSince(long index, long limitBytes) {
      if (index + 1 < first) {
        return new Since.Gone(first);
      }
      List<Entry> found = new ArrayList<>();
      long bytes = 0;
      for (Entry entry : entries) {
        if (entry.index() > index && (found.isEmpty() || bytes < limitBytes)) {
          found.add(entry);
          bytes += entry.body().length();
        }
      }
      return new Since.Entries(found, found.isEmpty() ? index : found.getLast().index());
    }

    @Override
    public long executedBytes() {
      return entries.stream().mapToLong(entry -> entry.body().length()).sum();
    }
  }

  private static final Duration LONG = Duration.ofHours(1);
  private static final int BIG = (int) (5 * ByteUnits.MIB);

  @TempDir Path temp;
  private final SettableClock clock = new SettableClock(1_800_000_000_000L);
  private final IdSource ids = new IdSource(clock, new SecureRandom());
  private final MemoryCatalog catalog = new MemoryCatalog(clock);
  private final FakeLog log = new FakeLog();
  private SealedContentStore content;
  private long changes;
  private CatalogCopier copier;

  @BeforeEach
  void start() {
    catalog.withBucket(BucketName.CATALOG.value(), new StoragePolicy.Replicated(1));
    MasterKeys keys = MasterKeys.create(temp.resolve("keys"), new SecureRandom());
    content =
        new SealedContentStore(
            catalog, new MemoryNodes(1), keys, ids, Clock.system(), 32 * ByteUnits.MIB);
    restart();
  }

  private void restart() {
    copier =
        new CatalogCopier(
            log, catalog, content, ids, clock, () -> changes, temp.resolve("scratch"));
  }

  private void change(int bytes) {
    log.add(bytes);
    changes++;
  }

  private void step() {
    clock.advanceMillis(1000);
    copier.step();
  }

  /// The copies, as `c5` and `l6-9`.
  private List<String> copies() {
    return catalog
        .query(new CatalogQuery.ListObjects(ListRequest.all(BucketName.CATALOG, "")))
        .entries()
        .stream()
        .map(listed ->
            switch (CopyName.of(listed.key()).orElseThrow()) {
              case CopyName.Checkpoint(long index) -> "c" + index;
              case CopyName.Log(long first, long last) -> "l" + first + "-" + last;
            })
        .toList();
  }

  @Test
  void aCheckpointComesFirstAndThenWhatChanged() {
    change(10);
    change(10);
    step();
    assertThat(copies()).containsExactly("c2");
    change(10);
    change(10);
    step();
    change(10);
    step();
    assertThat(copies()).containsExactly("c2", "l3-4", "l5-5");
  }

  @Test
  void nothingIsCopiedWhileOthersChangeNothing() {
    change(10);
    step();
    log.add(10); // the copy's own commit
    step();
    step();
    assertThat(copies()).containsExactly("c1");
    assertThat(temp.resolve("scratch")).doesNotExist();
  }

  @Test
  void afterEnoughLogAnotherCheckpointEndsTheChain() {
    change(10);
    step();
    for (int i = 0; i < 13; i++) {
      change(BIG);
    }
    step();
    change(10);
    log.add(10);
    step();
    change(10);
    step();
    List<String> copies = copies();
    assertThat(copies).startsWith("c1", "c16").contains("l2-2", "l14-14", "l15-16", "l17-17");
    assertThat(copies).hasSize(2 + 13 + 2);
  }

  /// Or all of a large catalog would be copied again and again.
  @Test
  void aLargeCheckpointIsFollowedByAsMuchLog() {
    log.checkpointBytes = 30L * BIG;
    change(10);
    step();
    for (int i = 0; i < 31; i++) {
      change(BIG);
    }
    step();
    assertThat(copies()).startsWith("c1").noneMatch("c32"::equals);
    change(10);
    step();
    assertThat(copies()).contains("c33");
  }

  @Test
  void aCopyComesWithTimeOrWithMuchToCopy() {
    copier.stepWhenDue(LONG);
    change(10);
    copier.stepWhenDue(LONG);
    assertThat(copies()).isEmpty();
    clock.advanceMillis(LONG.toMillis());
    copier.stepWhenDue(LONG);
    assertThat(copies()).containsExactly("c1");
    change(10);
    copier.stepWhenDue(LONG);
    assertThat(copies()).containsExactly("c1");
    for (int i = 0; i < 4; i++) {
      change(BIG);
    }
    copier.stepWhenDue(LONG);
    assertThat(copies()).contains("l2-3", "l6-6");
  }

  @Test
  void aRestartGoesOnWhereTheLastCopyEnded() {
    change(10);
    step();
    change(10);
    step();
    log.add(10); // not copied: the process was killed
    restart();
    step();
    assertThat(copies()).containsExactly("c1", "l2-2", "l3-3");
  }

  @Test
  void aLogThatBeginsTooLateMakesACheckpoint() {
    change(10);
    step();
    change(10);
    change(10);
    log.first = 3;
    step();
    assertThat(copies()).containsExactly("c1", "c3");
    change(10);
    step();
    assertThat(copies()).containsExactly("c1", "c3", "l4-4");
  }

  @Test
  void oldCopiesGoButForTheNewestCheckpointBeforeThem() {
    change(10);
    step();
    change(10);
    step();
    change(10);
    log.first = 4;
    step();
    change(10);
    step();
    assertThat(copies()).containsExactly("c1", "c3", "l2-2", "l4-4");
    clock.advanceMillis(CatalogCopier.KEEP.toMillis());
    change(10);
    log.first = 6;
    step();
    assertThat(copies()).containsExactly("c3", "c5", "l4-4");
  }
}
