package dev.millrace.catalog.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.catalog.state.CatalogCore.Outcome;
import dev.millrace.catalog.state.CatalogTables.Applied;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.JobId;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Program;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Jobs whose answers are files: all of them are published, or none.
final class PublishedFilesTest {
  private static final BucketName BUCKET = new BucketName("aaa");

  private final MemoryTables tables = new MemoryTables();
  private final CatalogCore core = new CatalogCore(tables);
  private long index;

  private Outcome run(CatalogCommand<?> command, long timeMillis) {
    return core.apply(new Applied(1, index++), new EntryCodec.Entry(timeMillis, List.of(command)))
        .getFirst();
  }

  private static Stored chunk(ChunkId id) {
    return new Stored(
        7,
        "e",
        new Content.Chunked(new Manifest(List.of(new Extent(id, 7)))),
        new WrappedKey(1, Bytes.EMPTY),
        Map.of(),
        Optional.empty());
  }

  private static VersionId version(int number) {
    return new VersionId(new Id128(1, number));
  }

  private void acceptJob(JobId job) {
    run(new CatalogCommand.CreateBucket(BUCKET, new StoragePolicy.Replicated(1)), 0);
    JobSpec spec =
        new JobSpec(
            new Program.Instruction("split", List.of()),
            List.of(),
            List.of(),
            BUCKET,
            new ObjectKey("out"));
    run(new CatalogCommand.AcceptJob(job, spec, new WrappedKey(1, Bytes.EMPTY)), 1);
  }

  @Test
  void allFilesOfAJobAppearOrNone() {
    JobId job = new JobId(new Id128(1, 1));
    acceptJob(job);
    ChunkId freed = new ChunkId(1, 1);
    run(
        new CatalogCommand.CommitVersion(
            BUCKET,
            new ObjectKey("gone"),
            version(1),
            chunk(freed),
            new CatalogCommand.Precondition.None()),
        2);
    run(new CatalogCommand.DestroyVersion(BUCKET, new ObjectKey("gone"), version(1)), 3);
    CatalogCommand.PublishedFile good =
        new CatalogCommand.PublishedFile(
            new ObjectKey("out/a"), version(2), chunk(new ChunkId(1, 2)));
    CatalogCommand.PublishedFile bad =
        new CatalogCommand.PublishedFile(new ObjectKey("out/b"), version(3), chunk(freed));
    CatalogQuery.ListObjects list = new CatalogQuery.ListObjects(ListRequest.all(BUCKET, ""));

    assertThat(run(new CatalogCommand.PublishFiles(job, List.of(good, bad)), 4))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED));
    assertThat(new Queries(tables).answer(list).entries()).isEmpty();
    assertThat(new Queries(tables).answer(new CatalogQuery.GetJob(job)).state())
        .isEqualTo(JobState.ACCEPTED);

    CatalogCommand.PublishedFile other =
        new CatalogCommand.PublishedFile(
            new ObjectKey("out/b"), version(3), chunk(new ChunkId(1, 3)));
    assertThat(run(new CatalogCommand.PublishFiles(job, List.of(other, good)), 5))
        .isInstanceOf(Outcome.Executed.class);
    assertThat(new Queries(tables).answer(list).entries())
        .extracting(entry -> entry.key().value())
        .containsExactly("out/a", "out/b");
    Invariants.check(tables);
  }

  @Test
  void whatATaskWroteThatNoFileNamesIsFreedWhenFilesArePublished() {
    JobId job = new JobId(new Id128(1, 1));
    acceptJob(job);
    ChunkId named = new ChunkId(1, 1);
    ChunkId unnamed = new ChunkId(1, 2);
    Manifest output = new Manifest(List.of(new Extent(named, 7), new Extent(unnamed, 7)));
    TaskResult result =
        new TaskResult(
            new TaskId(0, 0), 0, 1, output, Map.of(), Bytes.EMPTY, new NodeId(new Id128(1, 1)), 1);
    run(new CatalogCommand.RecordTasks(job, List.of(result)), 2);
    run(
        new CatalogCommand.PublishFiles(
            job,
            List.of(
                new CatalogCommand.PublishedFile(
                    new ObjectKey("out/a"), version(1), chunk(named)))),
        3);
    assertThat(new Queries(tables).answer(new CatalogQuery.ListGarbage(Optional.empty(), 10)))
        .containsExactly(unnamed);
    Invariants.check(tables);
  }

  @Test
  void aCancelledJobPublishesNoFiles() {
    JobId job = new JobId(new Id128(1, 1));
    acceptJob(job);
    run(new CatalogCommand.EndJob(job, JobState.CANCELLED, "job: cancelled: run it again"), 2);
    CatalogCommand.PublishedFile file =
        new CatalogCommand.PublishedFile(
            new ObjectKey("out/a"), version(1), chunk(new ChunkId(1, 1)));
    assertThat(run(new CatalogCommand.PublishFiles(job, List.of(file)), 3))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CANCELLED));
    Invariants.check(tables);
  }
}
