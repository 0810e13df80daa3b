package dev.millrace.compute.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import dev.millrace.compute.MemoryContentStore;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.ListRequest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.Provenance;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.SettableClock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RetentionTest {
  private static final long DAY = 86_400_000L;

  private final SettableClock clock = new SettableClock(1_000_000_000_000L);
  private final MemoryCatalog catalog = new MemoryCatalog(clock);
  private final MemoryContentStore store = new MemoryContentStore();
  private final Retention retention = new Retention(catalog, clock);
  private long next = 1;

  private ObjectRef put(BucketName bucket) {
    StoredVersion version =
        catalog.execute(
            new CatalogCommand.CommitVersion(
                bucket,
                new ObjectKey("k" + next),
                new VersionId(new Id128(9, next++)),
                store.store(new byte[] {1}),
                new CatalogCommand.Precondition.None()));
    return ObjectRef.of(version);
  }

  private JobId accept(ObjectRef input) {
    JobId id = new JobId(new Id128(1, next++));
    JobSpec spec =
        new JobSpec(
            new Program.Instruction("count", List.of()),
            List.of(input),
            List.of("x"),
            BucketName.RESULTS,
            new ObjectKey("out"),
            JobOptions.USUAL);
    catalog.execute(new CatalogCommand.AcceptJob(id, spec, new WrappedKey(1, Bytes.EMPTY)));
    return id;
  }

  private List<ObjectKey> keys(BucketName bucket) {
    return catalog
        .query(new CatalogQuery.ListObjects(ListRequest.all(bucket, "")))
        .entries()
        .stream()
        .map(entry -> entry.key())
        .toList();
  }

  @Test
  void doesNothingBeforeThereIsAnything() {
    assertThat(retention.step()).isEqualTo(new Retention.Removed(0, 0));
  }

  @Test
  void removesResultsAndInputsAndRecordsAfterSevenDays() {
    StoragePolicy policy = new StoragePolicy.Replicated(1);
    BucketName files = new BucketName("files");
    for (BucketName bucket : List.of(files, BucketName.INPUTS, BucketName.RESULTS)) {
      catalog.execute(new CatalogCommand.CreateBucket(bucket, policy));
    }
    put(files);
    ObjectRef used = put(BucketName.INPUTS);
    put(BucketName.INPUTS);
    put(BucketName.RESULTS);
    accept(used);
    JobId ended = accept(used);
    catalog.execute(new CatalogCommand.EndJob(ended, JobState.FAILED, "no"));
    clock.advanceMillis(6 * DAY);
    ObjectRef young = put(BucketName.RESULTS);
    assertThat(retention.step()).isEqualTo(new Retention.Removed(0, 0));
    clock.advanceMillis(DAY);
    assertThat(retention.step()).isEqualTo(new Retention.Removed(2, 1));
    assertThat(keys(files)).hasSize(1);
    assertThat(keys(BucketName.INPUTS)).as("a running job's input").containsExactly(used.key());
    assertThat(keys(BucketName.RESULTS)).containsExactly(young.key());
    assertThat(catalog.query(new CatalogQuery.ListJobs(Optional.empty(), 10))).hasSize(1);
  }

  private JobId publish(BucketName bucket, Optional<Provenance> provenance) {
    JobId id = new JobId(new Id128(1, next++));
    JobSpec spec =
        new JobSpec(
            new Program.Instruction("count", List.of()),
            List.of(),
            List.of(),
            bucket,
            new ObjectKey("out"));
    catalog.execute(
        new CatalogCommand.AcceptJob(id, spec, new WrappedKey(1, Bytes.EMPTY), provenance));
    Stored stored = store.store(new byte[] {1});
    catalog.execute(
        new CatalogCommand.PublishJob(
            id,
            new VersionId(id.value()),
            new Stored(
                stored.sizeBytes(),
                stored.etag(),
                stored.content(),
                stored.key(),
                stored.metadata(),
                provenance.map(_ -> id))));
    return id;
  }

  private List<JobId> jobs() {
    return catalog.query(new CatalogQuery.ListJobs(Optional.empty(), 1000)).stream()
        .map(Job::id)
        .toList();
  }

  @Test
  void aRecordStaysAsLongAsItsAnswer() {
    StoragePolicy policy = new StoragePolicy.Replicated(1);
    BucketName files = new BucketName("files");
    for (BucketName bucket : List.of(files, BucketName.INPUTS, BucketName.RESULTS)) {
      catalog.execute(new CatalogCommand.CreateBucket(bucket, policy));
    }
    Sha256 digest = Sha256.parse("0".repeat(64));
    Provenance provenance = Provenance.of(digest, Optional.of(digest));
    JobId named = publish(files, Optional.of(provenance));
    JobId unnamed = publish(BucketName.RESULTS, Optional.of(provenance));
    JobId before = publish(files, Optional.empty()); // as older versions made them
    ObjectRef answer =
        new ObjectRef(files, new ObjectKey("out"), Optional.of(new VersionId(named.value())));
    catalog.execute(
        new CatalogCommand.CopyVersion(
            answer, files, new ObjectKey("copy"), new VersionId(new Id128(7, 7))));
    clock.advanceMillis(8 * DAY);
    assertThat(retention.step()).isEqualTo(new Retention.Removed(1, 1));
    assertThat(jobs()).containsExactly(before, named);
    assertThat(jobs()).doesNotContain(unnamed);

    for (JobId job : List.of(before, named)) {
      catalog.execute(
          new CatalogCommand.DestroyVersion(
              files, new ObjectKey("out"), new VersionId(job.value())));
    }
    assertThat(retention.step()).isEqualTo(new Retention.Removed(0, 1));
    assertThat(jobs()).as("a copy of its answer is there").containsExactly(named);
    catalog.execute(
        new CatalogCommand.DestroyVersion(
            files, new ObjectKey("copy"), new VersionId(new Id128(7, 7))));
    assertThat(retention.step()).isEqualTo(new Retention.Removed(0, 1));
  }

  @Test
  void manyOldJobsAreForgottenPageByPage() {
    catalog.execute(
        new CatalogCommand.CreateBucket(BucketName.RESULTS, new StoragePolicy.Replicated(1)));
    Sha256 digest = Sha256.parse("0".repeat(64));
    for (int i = 0; i < 120; i++) {
      publish(BucketName.RESULTS, Optional.of(Provenance.of(digest, Optional.of(digest))));
    }
    clock.advanceMillis(7 * DAY);
    assertThat(retention.step()).isEqualTo(new Retention.Removed(120, 120));
    assertThat(jobs()).isEmpty();
  }
}
