package dev.millrace.catalog.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.RandomHistory;
import dev.millrace.catalog.state.CatalogTables.Applied;
import dev.millrace.model.BucketName;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.net.CatalogQuery.ChangeReport;
import dev.millrace.net.CatalogQuery.Mark;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RecentChangesTest {
  private static final BucketName BUCKET = RandomHistory.BUCKETS.getFirst();

  private final MemoryTables tables = new MemoryTables();
  private final RecentChanges recent = new RecentChanges(new Id128(5, 5));
  private final CatalogCore core = new CatalogCore(tables, recent);
  private long index;

  private void run(CatalogCommand<?>... commands) {
    core.apply(new Applied(1, index++), new EntryCodec.Entry(index, List.of(commands)));
  }

  private <R> R ask(CatalogQuery<R> query) {
    return new Queries(tables, recent).answer(query);
  }

  private ChangeReport changes(BucketName bucket, String prefix, Optional<Mark> since) {
    return ask(new CatalogQuery.Changes(bucket, prefix, since));
  }

  private List<Listed> listed(BucketName bucket, String prefix) {
    return ask(new CatalogQuery.ListObjects(ListRequest.all(bucket, prefix))).entries();
  }

  /// What was known of a prefix at some time.
  private record Known(BucketName bucket, String prefix, Mark mark, List<Listed> entries) {}

  private Optional<Known> look(BucketName bucket, String prefix) {
    try {
      Mark mark = changes(bucket, prefix, Optional.empty()).now();
      return Optional.of(new Known(bucket, prefix, mark, listed(bucket, prefix)));
    } catch (MillraceException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.NO_SUCH_BUCKET);
      return Optional.empty();
    }
  }

  @Test
  void whatIsSaidToBeUnchangedIsListedTheSame() {
    long seed = Seeds.seed("whatIsSaidToBeUnchangedIsListedTheSame");
    RandomHistory history = new RandomHistory(seed, true);
    SplittableRandom random = history.random();
    List<Known> known = new ArrayList<>();
    int unchanged = 0;
    for (int i = 0; i < Seeds.rounds(4000); i++) {
      run(history.next());
      if (i % 3 == 0) {
        String key = RandomHistory.KEYS.get(random.nextInt(RandomHistory.KEYS.size()));
        int cut =
            key.offsetByCodePoints(0, random.nextInt(key.codePointCount(0, key.length()) + 1));
        look(history.bucket(), key.substring(0, cut)).ifPresent(known::add);
      }
      for (int n = 0; n < 5 && !known.isEmpty(); n++) {
        Known old = known.get(Math.max(0, known.size() - 1 - random.nextInt(30)));
        Optional<Known> now = look(old.bucket(), old.prefix());
        if (now.isPresent()
            && changes(old.bucket(), old.prefix(), Optional.of(old.mark())).unchanged()) {
          unchanged++;
          assertThat(now.get().entries()).as("%d: %s", i, old).isEqualTo(old.entries());
        }
      }
    }
    assertThat(unchanged).as("otherwise nothing was tried").isPositive();
  }

  private static CatalogCommand<?> put(String key, long version) {
    return new CatalogCommand.AddDeleteMarker(
        BUCKET, new ObjectKey(key), new VersionId(new Id128(1, version)));
  }

  private void makeBucket() {
    run(new CatalogCommand.CreateBucket(BUCKET, new StoragePolicy.Replicated(1)));
  }

  private CatalogCommand<?> commit(String key, long version) {
    return new CatalogCommand.CommitVersion(
        BUCKET,
        new ObjectKey(key),
        new VersionId(new Id128(1, version)),
        new RandomHistory(version, false).stored(),
        new CatalogCommand.Precondition.None());
  }

  @Test
  void changesElsewhereAreNone() {
    makeBucket();
    run(new CatalogCommand.CreateBucket(BucketName.INPUTS, new StoragePolicy.Replicated(1)));
    run(commit("a/1", 1));
    Optional<Mark> mark = Optional.of(changes(BUCKET, "a/", Optional.empty()).now());
    run(commit("b/1", 2), commit("a", 3), commit("A/1", 4));
    run(put("b/2", 5));
    run(
        new CatalogCommand.CopyVersion(
            dev.millrace.model.ObjectRef.current(BUCKET, new ObjectKey("a/1")),
            BucketName.INPUTS,
            new ObjectKey("a/1"),
            new VersionId(new Id128(1, 6))));
    assertThat(changes(BUCKET, "a/", mark).unchanged()).isTrue();
    assertThat(changes(BUCKET, "a/1", mark).unchanged()).isTrue();
    assertThat(changes(BUCKET, "b", mark).unchanged()).isFalse();
    assertThat(changes(BUCKET, "", mark).unchanged()).isFalse();
  }

  @Test
  void additionsDeletionsAndDestructionsAreChanges() {
    makeBucket();
    List<CatalogCommand<?>> commands =
        List.of(
            commit("a/1", 1),
            commit("a/1", 2),
            new CatalogCommand.DestroyVersion(
                BUCKET, new ObjectKey("a/1"), new VersionId(new Id128(1, 2))),
            put("a/1", 3),
            new CatalogCommand.DestroyVersion(
                BUCKET, new ObjectKey("a/1"), new VersionId(new Id128(1, 3))),
            new CatalogCommand.DestroyVersion(
                BUCKET, new ObjectKey("a/1"), new VersionId(new Id128(1, 1))));
    for (CatalogCommand<?> command : commands) {
      Optional<Mark> mark = Optional.of(changes(BUCKET, "a/", Optional.empty()).now());
      assertThat(changes(BUCKET, "a/", mark).unchanged()).isTrue();
      run(command);
      assertThat(changes(BUCKET, "a/", mark).unchanged()).as("%s", command).isFalse();
    }
  }

  @Test
  void aBucketMadeAgainIsAnother() {
    makeBucket();
    run(commit("a/1", 1));
    Optional<Mark> mark = Optional.of(changes(BUCKET, "a/", Optional.empty()).now());
    run(
        new CatalogCommand.DestroyVersion(
            BUCKET, new ObjectKey("a/1"), new VersionId(new Id128(1, 1))));
    run(new CatalogCommand.DeleteBucket(BUCKET));
    makeBucket();
    assertThat(changes(BUCKET, "a/", mark).unchanged()).isFalse();
  }

  @Test
  void whatIsForgottenOrOfAnotherRunIsTakenForChanged() {
    makeBucket();
    Optional<Mark> mark = Optional.of(changes(BUCKET, "a/", Optional.empty()).now());
    for (int i = 0; i < RecentChanges.CHANGES; i++) {
      recent.begin(List.of(new byte[] {1}));
      recent.end();
    }
    assertThat(changes(BUCKET, "a/", mark).unchanged()).as("all are remembered").isTrue();
    recent.begin(List.of(new byte[] {1}));
    recent.end();
    assertThat(changes(BUCKET, "a/", mark).unchanged()).isFalse();
    Mark now = changes(BUCKET, "a/", Optional.empty()).now();
    Mark other = new Mark(new Id128(5, 6), now.bucketId(), now.changes());
    assertThat(changes(BUCKET, "a/", Optional.of(now)).unchanged()).isTrue();
    assertThat(changes(BUCKET, "a/", Optional.of(other)).unchanged()).isFalse();
  }

  @Test
  void aChangeUnderWayIsAChangeAndNotYetCounted() {
    makeBucket();
    Optional<Mark> mark = Optional.of(changes(BUCKET, "", Optional.empty()).now());
    long id = mark.orElseThrow().bucketId();
    recent.begin(List.of(Keys.object(id, new byte[] {'a'})));
    ChangeReport under = changes(BUCKET, "", mark);
    assertThat(under.unchanged()).isFalse();
    assertThat(under.now()).isEqualTo(mark.orElseThrow());
    recent.end();
    // Whoever read while it was under way does not take it for seen.
    assertThat(changes(BUCKET, "", Optional.of(under.now())).unchanged()).isFalse();
  }
}
