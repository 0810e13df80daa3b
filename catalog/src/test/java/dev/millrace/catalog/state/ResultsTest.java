package dev.millrace.catalog.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.catalog.TableDump;
import dev.millrace.catalog.state.CatalogTables.Applied;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Provenance;
import dev.millrace.model.RecordedResult;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.wire.catalog.RowCodec;
import dev.millrace.wire.proto.JobRow;
import dev.millrace.wire.proto.LogEntry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Recorded results: found again, given again, and forgotten with what leads to them.
final class ResultsTest extends AbstractResultsTest {
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
