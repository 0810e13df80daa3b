package dev.millrace.catalog.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.RandomHistory;
import dev.millrace.catalog.TableDump;
import dev.millrace.catalog.state.CatalogCore.Outcome;
import dev.millrace.catalog.state.CatalogTables.Applied;
import dev.millrace.model.BucketName;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.Seeds;
import dev.millrace.testkit.SettableClock;
import dev.millrace.wire.proto.Command;
import dev.millrace.wire.proto.LogEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CatalogCoreTest {
  private final MemoryTables tables = new MemoryTables();
  private final CatalogCore core = new CatalogCore(tables);
  private long index;

  private Outcome run(CatalogCommand<?> command, long timeMillis) {
    return core.apply(new Applied(1, index++), new EntryCodec.Entry(timeMillis, List.of(command)))
        .getFirst();
  }

  @Test
  void historiesKeepTheInvariants() {
    long seed = Seeds.seed("historiesKeepTheInvariants");
    RandomHistory history = new RandomHistory(seed, true);
    for (int i = 0; i < Seeds.rounds(3000); i++) {
      run(history.next(), i);
      if (i % 100 == 0) {
        Invariants.check(tables);
      }
    }
    Invariants.check(tables);
  }

  @Test
  void answersAsAnIndependentModelDoes() {
    long seed = Seeds.seed("answersAsAnIndependentModelDoes");
    RandomHistory history = new RandomHistory(seed, false);
    SettableClock clock = new SettableClock(1);
    MemoryCatalog model = new MemoryCatalog(clock);
    for (int i = 0; i < Seeds.rounds(3000); i++) {
      CatalogCommand<?> command = history.next();
      Object expected = answer(() -> model.execute(command));
      Outcome outcome = run(command, clock.currentMillis());
      Object given =
          switch (outcome) {
            case Outcome.Executed executed -> executed.result();
            case Outcome.Refused refused -> refused.code();
          };
      assertThat(text(given)).as("%d: %s", i, command).isEqualTo(text(expected));
      for (CatalogQuery<?> query : someQueries(history)) {
        assertThat(text(answer(() -> new Queries(tables).answer(query))))
            .as("%d: %s", i, query)
            .isEqualTo(text(answer(() -> model.query(query))));
      }
      clock.advanceMillis(1);
    }
  }

  /// Without sequences: the model leaves gaps where a command was refused. A version of a key that
  /// isn't there is NO_SUCH_KEY to the model.
  private static String text(Object answer) {
    return answer
        .toString()
        .replaceAll("sequence=\\d+", "sequence")
        .replace("NO_SUCH_KEY", "NO_SUCH_VERSION");
  }

  private static Object answer(java.util.function.Supplier<Object> question) {
    try {
      return question.get();
    } catch (MillraceException e) {
      return e.code();
    }
  }

  private static List<CatalogQuery<?>> someQueries(RandomHistory history) {
    SplittableRandom random = history.random();
    BucketName bucket = history.bucket();
    return List.of(
        new CatalogQuery.GetVersion(dev.millrace.model.ObjectRef.current(bucket, history.key())),
        new CatalogQuery.ListObjects(
            new ListRequest(
                bucket,
                random.nextBoolean() ? "" : "b/",
                random.nextBoolean() ? "" : "/",
                random.nextBoolean(),
                Optional.empty(),
                1000)),
        new CatalogQuery.ListGarbage(Optional.empty(), 1 + random.nextInt(20)),
        new CatalogQuery.ListBuckets());
  }

  @Test
  void commandsComeBackFromTheLogAsTheyWere() {
    long seed = Seeds.seed("commandsComeBackFromTheLogAsTheyWere");
    RandomHistory history = new RandomHistory(seed, true);
    for (int i = 0; i < Seeds.rounds(500); i++) {
      List<CatalogCommand<?>> commands = List.of(history.next(), history.next());
      byte[] entry = EntryCodec.entry(i, commands.stream().map(EntryCodec::encode).toList());
      assertThat(EntryCodec.read(entry)).isEqualTo(new EntryCodec.Entry(i, commands));
      assertThat(EntryCodec.timeMillis(entry)).isEqualTo(i);
    }
  }

  @Test
  void theSameLogGivesTheSameBytesHoweverItIsCutIntoEntries() {
    long seed = Seeds.seed("theSameLogGivesTheSameBytesHoweverItIsCutIntoEntries");
    RandomHistory history = new RandomHistory(seed, true);
    MemoryTables other = new MemoryTables();
    CatalogCore replica = new CatalogCore(other);
    List<CatalogCommand<?>> batch = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    long entry = 0;
    for (int i = 0; i < Seeds.rounds(1500); i++) {
      CatalogCommand<?> command = history.next();
      outcomes.add(run(command, 5));
      batch.add(command);
      if (history.random().nextInt(10) == 0) {
        byte[] body = EntryCodec.entry(5, batch.stream().map(EntryCodec::encode).toList());
        assertThat(replica.apply(new Applied(1, entry++), EntryCodec.read(body)))
            .isEqualTo(outcomes);
        assertThat(TableDump.of(other)).isEqualTo(TableDump.of(tables));
        batch.clear();
        outcomes.clear();
      }
    }
  }

  @Test
  void listingsAreSortedFilteredAndPagedWithoutLossOrDouble() {
    long seed = Seeds.seed("listingsAreSortedFilteredAndPagedWithoutLossOrDouble");
    RandomHistory history = new RandomHistory(seed, false);
    RandomHistory.BUCKETS.forEach(
        bucket -> run(new CatalogCommand.CreateBucket(bucket, new StoragePolicy.Replicated(1)), 0));
    for (int i = 0; i < 400; i++) {
      run(history.next(), i);
    }
    SplittableRandom random = history.random();
    for (int i = 0; i < Seeds.rounds(2000); i++) {
      String key = RandomHistory.KEYS.get(random.nextInt(RandomHistory.KEYS.size()));
      int cut = key.offsetByCodePoints(0, random.nextInt(key.codePointCount(0, key.length()) + 1));
      String delimiter = List.of("", "/", "//", "b", "\ud83d\ude00").get(random.nextInt(5));
      ListRequest request =
          new ListRequest(
              RandomHistory.BUCKETS.get(0),
              key.substring(0, cut),
              delimiter,
              random.nextBoolean(),
              Optional.empty(),
              1 + random.nextInt(5));
      if (new Rows(tables).bucket(request.bucket()).isPresent()) {
        checkPages(request);
      }
    }
  }

  private void checkPages(ListRequest first) {
    List<Listed> entries = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    ListRequest request = first;
    while (true) {
      ListPage page = new Queries(tables).answer(new CatalogQuery.ListObjects(request));
      entries.addAll(page.entries());
      prefixes.addAll(page.commonPrefixes());
      int size = page.entries().size() + page.commonPrefixes().size();
      assertThat(size).isLessThanOrEqualTo(first.limit());
      if (page.next().isEmpty()) {
        break;
      }
      assertThat(size).isEqualTo(first.limit());
      request = request.from(page.next().get());
    }
    Naive naive = naive(first);
    assertThat(entries).as("%s", first).isEqualTo(naive.entries());
    assertThat(prefixes).as("%s", first).isEqualTo(List.copyOf(naive.prefixes()));
  }

  private record Naive(List<Listed> entries, Set<String> prefixes) {}

  /// Every version, sorted and filtered by hand.
  private Naive naive(ListRequest request) {
    List<Row> all = new ArrayList<>();
    long bucket = new Rows(tables).requireBucket(request.bucket()).id();
    try (CatalogView.RowCursor rows = tables.rows(Table.VERSIONS)) {
      for (rows.seek(new byte[0]); rows.valid(); rows.next()) {
        if (Keys.number(rows.key()) == bucket) {
          String key =
              new String(Keys.keyOfVersion(rows.key()), java.nio.charset.StandardCharsets.UTF_8);
          all.add(new Row(key, dev.millrace.wire.catalog.ListingRow.read(rows.value())));
        }
      }
    }
    all.sort(
        Comparator.comparing((Row row) -> utf8(row.key()), Arrays::compareUnsigned)
            .thenComparingLong(row -> -row.row().sequence()));
    Naive naive = new Naive(new ArrayList<>(), new LinkedHashSet<>());
    String before = "";
    for (Row row : all) {
      boolean current = !row.key().equals(before);
      before = row.key();
      boolean shown = request.allVersions() || (current && !row.row().deleteMarker());
      if (!shown || !row.key().startsWith(request.prefix())) {
        continue;
      }
      int at =
          request.delimiter().isEmpty()
              ? -1
              : row.key().indexOf(request.delimiter(), request.prefix().length());
      if (at >= 0) {
        naive.prefixes().add(row.key().substring(0, at + request.delimiter().length()));
      } else {
        naive.entries().add(row.row().listed(new dev.millrace.model.ObjectKey(row.key()), current));
      }
    }
    return naive;
  }

  private record Row(String key, dev.millrace.wire.catalog.ListingRow row) {}

  private static byte[] utf8(String key) {
    return key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void listingGoesOnWhenTheVersionItEndedAtWasDestroyed() {
    BucketName bucket = RandomHistory.BUCKETS.get(0);
    run(new CatalogCommand.CreateBucket(bucket, new StoragePolicy.Replicated(1)), 0);
    dev.millrace.model.ObjectKey key = new dev.millrace.model.ObjectKey("k");
    for (int i = 1; i <= 5; i++) {
      run(
          new CatalogCommand.AddDeleteMarker(
              bucket, key, new VersionId(new dev.millrace.base.Id128(0, i))),
          i);
    }
    ListRequest request = new ListRequest(bucket, "", "", true, Optional.empty(), 2);
    Set<VersionId> seen = new LinkedHashSet<>();
    while (true) {
      ListPage page = new Queries(tables).answer(new CatalogQuery.ListObjects(request));
      for (Listed listed : page.entries()) {
        seen.add(listed.version());
        run(new CatalogCommand.DestroyVersion(bucket, key, listed.version()), 9);
      }
      if (page.next().isEmpty()) {
        break;
      }
      request = request.from(page.next().get());
    }
    assertThat(seen).hasSize(5);
  }

  @Test
  void aCommandOfANewerVersionStopsTheNode() {
    byte[] unknown =
        LogEntry.newBuilder().addCommands(Command.getDefaultInstance()).build().toByteArray();
    assertThatThrownBy(() -> EntryCodec.read(unknown))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOME_VERSION))
        .hasMessageContaining("newer version");
    byte[] format = LogEntry.newBuilder().setFormat(EntryCodec.FORMAT + 1).build().toByteArray();
    assertThatThrownBy(() -> EntryCodec.read(format)).hasMessageContaining("newer version");
  }
}
