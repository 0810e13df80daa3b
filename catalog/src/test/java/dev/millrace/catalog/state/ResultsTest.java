package dev.millrace.catalog.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.TableDump;
import dev.millrace.catalog.state.CatalogCore.Outcome;
import dev.millrace.catalog.state.CatalogTables.Applied;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.Provenance;
import dev.millrace.model.RecordedResult;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.Seeds;
import dev.millrace.testkit.SettableClock;
import dev.millrace.wire.catalog.RowCodec;
import dev.millrace.wire.proto.JobRow;
import dev.millrace.wire.proto.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Recorded results: found again, given again, and forgotten with what leads to them.
final class ResultsTest {
  private static final BucketName BUCKET = new BucketName("data");
  private static final BucketName OTHER = new BucketName("other");
  private static final Program PROGRAM = new Program.Instruction("count", List.of("-l"));
  private static final Sha256 DIGEST = digest(1);
  private static final Sha256 KEY = digest(2);
  private static final NodeId NODE = new NodeId(new Id128(4, 4));

  private final MemoryTables tables = new MemoryTables();
  private final CatalogCore core = new CatalogCore(tables);
  private long index;
  private long made;

  private static Sha256 digest(int number) {
    byte[] value = new byte[Sha256.BYTES];
    value[0] = (byte) number;
    return new Sha256(Bytes.copyOf(value));
  }

  private Object run(CatalogCommand<?> command) {
    Outcome outcome =
        core.apply(new Applied(1, index++), new EntryCodec.Entry(index, List.of(command)))
            .getFirst();
    return switch (outcome) {
      case Outcome.Executed executed -> executed.result();
      case Outcome.Refused refused -> refused.code();
    };
  }

  private <R> R ask(CatalogQuery<R> query) {
    return new Queries(tables).answer(query);
  }

  private void makeBuckets() {
    run(new CatalogCommand.CreateBucket(BUCKET, new StoragePolicy.Replicated(1)));
    run(new CatalogCommand.CreateBucket(OTHER, new StoragePolicy.Replicated(1)));
  }

  private static WrappedKey key(long number) {
    return new WrappedKey(1, Bytes.copyOf(Long.toString(number).getBytes(UTF_8)));
  }

  private Stored answer(JobId producer) {
    Manifest manifest = new Manifest(List.of(new Extent(new ChunkId(1, ++made), 100)));
    return new Stored(
        100,
        "tag-" + made,
        new Content.Chunked(manifest),
        key(made),
        Map.of(),
        Optional.of(producer));
  }

  private JobId accept(Optional<Sha256> result) {
    JobId id = new JobId(new Id128(1, ++made));
    JobSpec spec = new JobSpec(PROGRAM, List.of(), List.of(), BUCKET, new ObjectKey("out"));
    run(
        new CatalogCommand.AcceptJob(
            id, spec, key(made), Optional.of(Provenance.of(DIGEST, result))));
    return id;
  }

  private StoredVersion publish(JobId id) {
    return (StoredVersion)
        run(
            new CatalogCommand.PublishJob(
                id, new VersionId(id.value()), answer(id), List.of(NODE), Optional.empty()));
  }

  private CatalogCommand.ReuseResult reuse(String key) {
    JobId id = new JobId(new Id128(2, ++made));
    return new CatalogCommand.ReuseResult(
        KEY, id, new VersionId(id.value()), OTHER, new ObjectKey(key));
  }

  private void destroy(StoredVersion version) {
    assertThat(
            run(new CatalogCommand.DestroyVersion(version.bucket(), version.key(), version.id())))
        .isEqualTo(version);
  }

  private void assertNoResult() {
    assertThat(ask(new CatalogQuery.FindResult(KEY))).isEmpty();
    long before = tables.applied().index();
    List<String> rows = TableDump.of(tables);
    assertThat(run(reuse("none"))).isEqualTo(Optional.empty());
    assertThat(TableDump.of(tables)).as("nothing happened in entry %d", before).isEqualTo(rows);
  }

  @Test
  void aPublishedAnswerIsGivenAgainByReference() {
    makeBuckets();
    assertNoResult();
    JobId first = accept(Optional.of(KEY));
    assertNoResult();
    StoredVersion computed = publish(first);
    assertThat(ask(new CatalogQuery.FindResult(KEY)))
        .contains(
            new RecordedResult(
                first,
                PROGRAM,
                DIGEST,
                List.of(NODE),
                new RecordedResult.One(ObjectRef.of(computed))));

    CatalogCommand.ReuseResult again = reuse("copy");
    Job job = ((Optional<?>) run(again)).map(Job.class::cast).orElseThrow();
    assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(job.reusedFrom()).contains(first);
    assertThat(job.spec().program()).isEqualTo(PROGRAM);
    assertThat(job.provenance().orElseThrow().nodes()).containsExactly(NODE);
    StoredVersion given =
        (StoredVersion)
            ask(
                new CatalogQuery.GetVersion(
                    new ObjectRef(OTHER, new ObjectKey("copy"), job.output())));
    assertThat(given.stored().content()).isEqualTo(computed.stored().content());
    assertThat(given.stored().key()).isEqualTo(computed.stored().key());
    assertThat(given.stored().producer()).contains(job.id());
    Invariants.check(tables);

    List<String> rows = TableDump.of(tables);
    assertThat(run(again)).as("executed again").isEqualTo(Optional.of(job));
    assertThat(TableDump.of(tables)).isEqualTo(rows);
  }

  @Test
  void theNewestAnswerCountsAndADeleteMarkerDoesNot() {
    makeBuckets();
    JobId first = accept(Optional.of(KEY));
    StoredVersion computed = publish(first);
    run(
        new CatalogCommand.AddDeleteMarker(
            BUCKET, computed.key(), new VersionId(new Id128(9, ++made))));
    run(reuse("copy"));
    destroy(computed);
    StoredVersion given =
        (StoredVersion)
            ask(new CatalogQuery.GetVersion(ObjectRef.current(OTHER, new ObjectKey("copy"))));
    assertThat(ask(new CatalogQuery.FindResult(KEY)).orElseThrow().answer())
        .isEqualTo(new RecordedResult.One(ObjectRef.of(given)));
    destroy(given);
    assertNoResult();
    Invariants.check(tables);
  }

  @Test
  void anAnswerWhoseBucketIsGoneIsNoAnswer() {
    makeBuckets();
    StoredVersion computed = publish(accept(Optional.of(KEY)));
    destroy(computed);
    assertThat(run(new CatalogCommand.DeleteBucket(BUCKET))).isEqualTo(CatalogCommand.Done.DONE);
    assertNoResult();
    publishInto(OTHER);
    assertThat(run(new CatalogCommand.DeleteBucket(OTHER))).isEqualTo(ErrorCode.BUCKET_NOT_EMPTY);
    assertThat(
            run(
                new CatalogCommand.ReuseResult(
                    KEY,
                    new JobId(new Id128(2, ++made)),
                    new VersionId(new Id128(2, made)),
                    BUCKET,
                    new ObjectKey("k"))))
        .isEqualTo(ErrorCode.NO_SUCH_BUCKET);
  }

  private void publishInto(BucketName bucket) {
    JobId id = new JobId(new Id128(1, ++made));
    JobSpec spec = new JobSpec(PROGRAM, List.of(), List.of(), bucket, new ObjectKey("out"));
    run(
        new CatalogCommand.AcceptJob(
            id, spec, key(made), Optional.of(Provenance.of(DIGEST, Optional.of(KEY)))));
    publish(id);
  }

  private CatalogCommand.PublishFiles files(JobId id, String prefix, int count) {
    List<CatalogCommand.PublishedFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      VersionId version = new VersionId(new Id128(5, ++made));
      files.add(new CatalogCommand.PublishedFile(new ObjectKey(prefix + i), version, answer(id)));
    }
    return new CatalogCommand.PublishFiles(id, files, List.of(NODE));
  }

  private List<StoredVersion> under(BucketName bucket, String prefix) {
    return ask(new CatalogQuery.ListObjects(ListRequest.all(bucket, prefix))).entries().stream()
        .map(entry ->
            (StoredVersion)
                ask(new CatalogQuery.GetVersion(ObjectRef.current(bucket, entry.key()))))
        .toList();
  }

  @Test
  void filesAreGivenAgainUnderAnotherPrefix() {
    makeBuckets();
    JobId first = accept(Optional.of(KEY));
    run(files(first, "out/", 3));
    List<StoredVersion> computed = under(BUCKET, "out/");
    assertThat(computed).hasSize(3);

    CatalogCommand.ReuseResult again = reuse("far/away");
    Job job = ((Optional<?>) run(again)).map(Job.class::cast).orElseThrow();
    assertThat(job.reusedFrom()).contains(first);
    assertThat(job.files()).contains(new JobFiles(3, 300));
    assertThat(job.output()).isEmpty();
    List<StoredVersion> given = under(OTHER, "");
    assertThat(given)
        .extracting(version -> version.key().value())
        .containsExactly("far/away/0", "far/away/1", "far/away/2");
    for (int i = 0; i < 3; i++) {
      Stored stored = given.get(i).stored();
      assertThat(stored.content()).isEqualTo(computed.get(i).stored().content());
      assertThat(stored.etag()).isEqualTo(computed.get(i).stored().etag());
      assertThat(stored.producer()).contains(job.id());
    }
    Invariants.check(tables);
    List<String> rows = TableDump.of(tables);
    assertThat(run(again)).as("executed again").isEqualTo(Optional.of(job));
    assertThat(TableDump.of(tables)).isEqualTo(rows);

    destroy(computed.getFirst());
    Job third = ((Optional<?>) run(reuse("third"))).map(Job.class::cast).orElseThrow();
    assertThat(third.reusedFrom()).as("the newest files count").contains(first);
    assertThat(under(OTHER, "third/")).hasSize(3);
    destroy(under(OTHER, "third/").get(1));
    assertNoResult();
    Invariants.check(tables);
  }

  @Test
  void filesWhoseKeysWouldBeTooLongAreNotGiven() {
    makeBuckets();
    run(files(accept(Optional.of(KEY)), "out/" + "n".repeat(900), 2));
    List<String> rows = TableDump.of(tables);
    assertThat(run(reuse("p".repeat(500)))).isEqualTo(ErrorCode.INVALID_KEY);
    assertThat(TableDump.of(tables)).isEqualTo(rows);
  }

  @Test
  void noFilesAndFilesElsewhereAreNotRecorded() {
    makeBuckets();
    run(files(accept(Optional.of(KEY)), "out/", 0));
    assertNoResult();
    run(files(accept(Optional.of(KEY)), "elsewhere/", 2));
    assertNoResult();
  }

  @Test
  void aJobByItselfRecordsNothing() {
    makeBuckets();
    publish(accept(Optional.empty()));
    assertNoResult();
  }

  @Test
  void aJobIsForgottenOnlyWhenNothingGoesBackToIt() {
    makeBuckets();
    JobId first = accept(Optional.of(KEY));
    StoredVersion computed = publish(first);
    Job second = ((Optional<?>) run(reuse("copy"))).map(Job.class::cast).orElseThrow();
    ObjectRef answer = ObjectRef.of(computed);
    run(
        new CatalogCommand.CopyVersion(
            answer, OTHER, new ObjectKey("cp"), new VersionId(new Id128(8, ++made))));
    StoredVersion copy =
        (StoredVersion)
            ask(new CatalogQuery.GetVersion(ObjectRef.current(OTHER, new ObjectKey("cp"))));
    StoredVersion given =
        (StoredVersion)
            ask(new CatalogQuery.GetVersion(ObjectRef.current(OTHER, new ObjectKey("copy"))));
    List<JobId> both = List.of(first, second.id());
    destroy(computed);
    assertThat(ask(new CatalogQuery.JobsInUse(both))).containsExactlyInAnyOrderElementsOf(both);
    destroy(copy);
    assertThat(run(new CatalogCommand.ForgetJob(first)))
        .as("the other job goes back to it")
        .isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(run(new CatalogCommand.ForgetJob(second.id())))
        .as("its answer is there")
        .isEqualTo(ErrorCode.PRECONDITION_FAILED);
    destroy(given);
    assertThat(ask(new CatalogQuery.JobsInUse(both))).containsExactly(first);
    run(new CatalogCommand.ForgetJob(second.id()));
    assertThat(ask(new CatalogQuery.JobsInUse(both))).isEmpty();
    assertThat(run(new CatalogCommand.ForgetJob(first))).isEqualTo(CatalogCommand.Done.DONE);
    Invariants.check(tables);
    assertThat(TableDump.of(tables)).noneMatch(row -> row.matches("(RESULTS|DESCENDANTS|JOBS) .*"));
  }

  @Test
  void answersAsAnIndependentModelDoes() {
    long seed = Seeds.seed("answersAsAnIndependentModelDoes");
    SplittableRandom random = new SplittableRandom(seed);
    SettableClock clock = new SettableClock(1);
    MemoryCatalog model = new MemoryCatalog(clock);
    List<JobId> jobs = new ArrayList<>();
    List<ObjectRef> versions = new ArrayList<>();
    for (int i = 0; i < Seeds.rounds(2000); i++) {
      CatalogCommand<?> command = random(random, jobs, versions);
      Object expected = attempt(() -> model.execute(command));
      Outcome outcome =
          core.apply(
                  new Applied(1, index++),
                  new EntryCodec.Entry(clock.currentMillis(), List.of(command)))
              .getFirst();
      Object given =
          switch (outcome) {
            case Outcome.Executed executed -> executed.result();
            case Outcome.Refused refused -> refused.code();
          };
      assertThat(text(given)).as("%d: %s", i, command).isEqualTo(text(expected));
      for (int number = 0; number < 3; number++) {
        CatalogQuery<?> find = new CatalogQuery.FindResult(digest(number));
        assertThat(text(ask(find))).as("%d: %s", i, find).isEqualTo(text(model.query(find)));
      }
      CatalogQuery<?> kin = new CatalogQuery.FindKin(digest(40 + random.nextInt(2)));
      assertThat(text(ask(kin))).as("%d: %s", i, kin).isEqualTo(text(model.query(kin)));
      CatalogQuery<?> garbage = new CatalogQuery.ListGarbage(Optional.empty(), 1000);
      assertThat(ask(garbage)).as("%d", i).isEqualTo(model.query(garbage));
      CatalogQuery<?> used = new CatalogQuery.JobsInUse(jobs);
      assertThat(ask(used)).as("%d: %s", i, used).isEqualTo(model.query(used));
      clock.advanceMillis(1);
    }
    Invariants.check(tables);
  }

  private CatalogCommand<?> random(
      SplittableRandom random, List<JobId> jobs, List<ObjectRef> versions) {
    BucketName bucket = random.nextBoolean() ? BUCKET : OTHER;
    ObjectKey key = new ObjectKey("k" + random.nextInt(3));
    JobId old =
        jobs.isEmpty()
            ? new JobId(new Id128(9, 9))
            : jobs.get(Math.max(0, jobs.size() - 1 - random.nextInt(8)));
    JobId fresh = new JobId(new Id128(1, ++made));
    return switch (random.nextInt(14)) {
      case 0 -> new CatalogCommand.CreateBucket(bucket, new StoragePolicy.Replicated(1));
      case 1, 2 -> {
        jobs.add(fresh);
        yield new CatalogCommand.AcceptJob(
            fresh,
            new JobSpec(PROGRAM, List.of(), List.of(), bucket, key),
            key(made),
            Optional.of(
                Provenance.of(
                        DIGEST,
                        random.nextInt(4) == 0
                            ? Optional.empty()
                            : Optional.of(digest(random.nextInt(3))))
                    .withTaken(old)),
            versions.isEmpty() || random.nextBoolean()
                ? Optional.empty()
                : Optional.of(takeOver(versions.get(random.nextInt(versions.size())))));
      }
      case 3, 4, 5 -> {
        VersionId id = new VersionId(fresh.value());
        versions.add(new ObjectRef(bucket, key, Optional.of(id)));
        Sha256 kin = digest(40 + random.nextInt(2));
        AnswerParts.Piece piece =
            new AnswerParts.Piece(made, 1, Map.of("lines", made), Bytes.EMPTY, NODE);
        yield new CatalogCommand.PublishJob(
            old,
            id,
            answer(old),
            List.of(NODE),
            random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of(
                    new AnswerParts(kin, List.of(new AnswerParts.Group(1, List.of(piece))))));
      }
      case 6, 7 -> {
        jobs.add(fresh);
        VersionId id = new VersionId(fresh.value());
        versions.add(new ObjectRef(bucket, key, Optional.of(id)));
        yield new CatalogCommand.ReuseResult(digest(random.nextInt(3)), fresh, id, bucket, key);
      }
      case 8, 9 -> {
        ObjectRef ref =
            versions.isEmpty()
                ? ObjectRef.current(bucket, key)
                : versions.remove(random.nextInt(versions.size()));
        yield new CatalogCommand.DestroyVersion(
            ref.bucket(), ref.key(), ref.version().orElse(new VersionId(new Id128(9, 9))));
      }
      case 10 -> new CatalogCommand.EndJob(old, JobState.CANCELLED, "it: ended: go");
      case 11, 12 -> {
        String prefix = "k" + random.nextInt(3) + "/"; // the job's own, as often as not
        CatalogCommand.PublishFiles files = files(old, prefix, random.nextInt(4));
        for (CatalogCommand.PublishedFile file : files.files()) {
          BucketName place = random.nextBoolean() ? BUCKET : OTHER;
          versions.add(new ObjectRef(place, file.key(), Optional.of(file.versionId())));
        }
        yield files;
      }
      default -> new CatalogCommand.ForgetJob(old);
    };
  }

  /// Of all chunks that the version has, if it is there.
  private CatalogCommand.TakeOver takeOver(ObjectRef ref) {
    Manifest manifest = new Manifest(List.of());
    try {
      if (ask(new CatalogQuery.GetVersion(ref)) instanceof StoredVersion version
          && version.stored().content() instanceof Content.Chunked chunked) {
        manifest = chunked.manifest();
      }
    } catch (MillraceException e) {
      assertThat(e.code().kind()).isEqualTo(ErrorCode.Kind.USER);
    }
    return new CatalogCommand.TakeOver(
        ref,
        List.of(
            new TaskResult(
                new TaskId(0, 3),
                10,
                5,
                manifest,
                Map.of(),
                Bytes.copyOf(new byte[] {7}),
                NODE,
                0)));
  }

  @Test
  void whatIsTakenOverIsRecordedAndCountedWhileTheAnswerIsThere() {
    makeBuckets();
    StoredVersion computed = publish(accept(Optional.of(KEY)));
    CatalogCommand.TakeOver taken = takeOver(ObjectRef.of(computed));
    JobId from = new JobId(new Id128(1, 1));
    JobSpec spec = new JobSpec(PROGRAM, List.of(), List.of(), BUCKET, new ObjectKey("out"));
    Provenance provenance = Provenance.of(DIGEST, Optional.of(KEY)).withTaken(from);
    JobId id = new JobId(new Id128(1, ++made));
    var accept =
        new CatalogCommand.AcceptJob(
            id, spec, computed.stored().key(), Optional.of(provenance), Optional.of(taken));
    Job job = (Job) run(accept);
    assertThat(job.provenance()).contains(provenance);
    assertThat(ask(new CatalogQuery.GetTasks(id))).isEqualTo(taken.results());
    Invariants.check(tables);
    destroy(computed);
    assertThat(ask(new CatalogQuery.ListGarbage(Optional.empty(), 10)))
        .as("the job keeps what it took")
        .isEmpty();
    assertThat(run(accept)).as("executed again").isEqualTo(job);

    JobId late = new JobId(new Id128(1, ++made));
    Job alone =
        (Job)
            run(
                new CatalogCommand.AcceptJob(
                    late, spec, key(1), Optional.of(provenance), Optional.of(taken)));
    assertThat(alone.provenance()).contains(Provenance.of(DIGEST, Optional.of(KEY)));
    assertThat(ask(new CatalogQuery.GetTasks(late))).isEmpty();
    run(new CatalogCommand.EndJob(id, JobState.CANCELLED, "it: ended: go"));
    assertThat(ask(new CatalogQuery.ListGarbage(Optional.empty(), 10))).hasSize(1);
    Invariants.check(tables);
  }

  @Test
  void chunksOfOthersAreNotTakenOver() {
    makeBuckets();
    StoredVersion one = publish(accept(Optional.of(KEY)));
    StoredVersion other = publish(accept(Optional.of(KEY)));
    CatalogCommand.TakeOver wrong =
        new CatalogCommand.TakeOver(ObjectRef.of(one), takeOver(ObjectRef.of(other)).results());
    JobId id = new JobId(new Id128(1, ++made));
    JobSpec spec = new JobSpec(PROGRAM, List.of(), List.of(), BUCKET, new ObjectKey("out"));
    run(
        new CatalogCommand.AcceptJob(
            id,
            spec,
            key(1),
            Optional.of(Provenance.of(DIGEST, Optional.of(KEY)).withTaken(id)),
            Optional.of(wrong)));
    assertThat(ask(new CatalogQuery.GetTasks(id))).isEmpty();
    assertThat(ask(new CatalogQuery.GetJob(id)).provenance().orElseThrow().tookFrom()).isEmpty();
  }

  private static Object attempt(Supplier<Object> action) {
    try {
      return action.get();
    } catch (MillraceException e) {
      return e.code();
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

  @Test
  void whatAnOlderVersionWroteIsReadAndExecutedAsItWas() throws Exception {
    JobId id = new JobId(new Id128(3, 3));
    JobSpec spec = new JobSpec(PROGRAM, List.of(), List.of(), BUCKET, new ObjectKey("out"));
    byte[] row =
        JobRow.parseFrom(RowCodec.write(Job.accepted(id, spec, 1, key(1), Optional.empty())))
            .toByteArray();
    assertThat(RowCodec.job(row).provenance()).isEmpty();

    List<CatalogCommand<?>> commands =
        List.of(
            new CatalogCommand.CreateBucket(BUCKET, new StoragePolicy.Replicated(1)),
            new CatalogCommand.AcceptJob(id, spec, key(1)),
            new CatalogCommand.PublishJob(id, new VersionId(id.value()), answer(id)));
    byte[] entry = EntryCodec.entry(5, commands.stream().map(EntryCodec::encode).toList());
    LogEntry old = LogEntry.parseFrom(entry).toBuilder().clearFormat().build();
    EntryCodec.Entry read = EntryCodec.read(old.toByteArray());
    assertThat(read.format()).isZero();
    core.apply(new Applied(1, index++), read);
    assertThat(TableDump.of(tables)).noneMatch(line -> line.startsWith("DESCENDANTS"));
    // A copy that is made since is noted, and forgotten with the version.
    ObjectRef answer =
        new ObjectRef(BUCKET, new ObjectKey("out"), Optional.of(new VersionId(id.value())));
    run(
        new CatalogCommand.CopyVersion(
            answer, BUCKET, new ObjectKey("c"), new VersionId(new Id128(8, 8))));
    assertThat(ask(new CatalogQuery.JobsInUse(List.of(id)))).containsExactly(id);
    run(new CatalogCommand.DestroyVersion(BUCKET, new ObjectKey("out"), new VersionId(id.value())));
    run(
        new CatalogCommand.DestroyVersion(
            BUCKET, new ObjectKey("c"), new VersionId(new Id128(8, 8))));
    assertThat(ask(new CatalogQuery.JobsInUse(List.of(id)))).isEmpty();
  }

  @Test
  void filesThatAnOlderVersionPublishedAreNotRecorded() {
    makeBuckets();
    JobId id = accept(Optional.of(KEY));
    List<CatalogCommand<?>> commands = List.of(files(id, "out/", 2));
    core.apply(
        new Applied(1, index++),
        new EntryCodec.Entry(index, commands, EntryCodec.FORMAT_DESCENDANTS));
    assertThat(under(BUCKET, "out/")).hasSize(2);
    assertNoResult();
  }
}
