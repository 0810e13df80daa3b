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
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.JobId;
import dev.millrace.model.JobSpec;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.Provenance;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A catalog with jobs and recorded results, for tests.
abstract class AbstractResultsTest {
  static final BucketName BUCKET = new BucketName("data");
  static final BucketName OTHER = new BucketName("other");
  static final Program PROGRAM = new Program.Instruction("count", List.of("-l"));
  static final Sha256 DIGEST = digest(1);
  static final Sha256 KEY = digest(2);
  static final NodeId NODE = new NodeId(new Id128(4, 4));

  final MemoryTables tables = new MemoryTables();
  final CatalogCore core = new CatalogCore(tables);
  long index;
  long made;

  static Sha256 digest(int number) {
    byte[] value = new byte[Sha256.BYTES];
    value[0] = (byte) number;
    return new Sha256(Bytes.copyOf(value));
  }

  Object run(CatalogCommand<?> command) {
    Outcome outcome =
        core.apply(new Applied(1, index++), new EntryCodec.Entry(index, List.of(command)))
            .getFirst();
    return switch (outcome) {
      case Outcome.Executed executed -> executed.result();
      case Outcome.Refused refused -> refused.code();
    };
  }

  <R> R ask(CatalogQuery<R> query) {
    return new Queries(tables).answer(query);
  }

  void makeBuckets() {
    run(new CatalogCommand.CreateBucket(BUCKET, new StoragePolicy.Replicated(1)));
    run(new CatalogCommand.CreateBucket(OTHER, new StoragePolicy.Replicated(1)));
  }

  static WrappedKey key(long number) {
    return new WrappedKey(1, Bytes.copyOf(Long.toString(number).getBytes(UTF_8)));
  }

  Stored answer(JobId producer) {
    Manifest manifest = new Manifest(List.of(new Extent(new ChunkId(1, ++made), 100)));
    return new Stored(
        100,
        "tag-" + made,
        new Content.Chunked(manifest),
        key(made),
        Map.of(),
        Optional.of(producer));
  }

  JobId accept(Optional<Sha256> result) {
    JobId id = new JobId(new Id128(1, ++made));
    JobSpec spec = new JobSpec(PROGRAM, List.of(), List.of(), BUCKET, new ObjectKey("out"));
    run(
        new CatalogCommand.AcceptJob(
            id, spec, key(made), Optional.of(Provenance.of(DIGEST, result))));
    return id;
  }

  StoredVersion publish(JobId id) {
    return (StoredVersion)
        run(
            new CatalogCommand.PublishJob(
                id, new VersionId(id.value()), answer(id), List.of(NODE), Optional.empty()));
  }

  CatalogCommand.ReuseResult reuse(String key) {
    JobId id = new JobId(new Id128(2, ++made));
    return new CatalogCommand.ReuseResult(
        KEY, id, new VersionId(id.value()), OTHER, new ObjectKey(key));
  }

  void destroy(StoredVersion version) {
    assertThat(
            run(new CatalogCommand.DestroyVersion(version.bucket(), version.key(), version.id())))
        .isEqualTo(version);
  }

  void assertNoResult() {
    assertThat(ask(new CatalogQuery.FindResult(KEY))).isEmpty();
    long before = tables.applied().index();
    List<String> rows = TableDump.of(tables);
    assertThat(run(reuse("none"))).isEqualTo(Optional.empty());
    assertThat(TableDump.of(tables)).as("nothing happened in entry %d", before).isEqualTo(rows);
  }

  CatalogCommand.PublishFiles files(JobId id, String prefix, int count) {
    List<CatalogCommand.PublishedFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      VersionId version = new VersionId(new Id128(5, ++made));
      files.add(new CatalogCommand.PublishedFile(new ObjectKey(prefix + i), version, answer(id)));
    }
    return new CatalogCommand.PublishFiles(id, files, List.of(NODE));
  }

  List<StoredVersion> under(BucketName bucket, String prefix) {
    return ask(new CatalogQuery.ListObjects(ListRequest.all(bucket, prefix))).entries().stream()
        .map(entry ->
            (StoredVersion)
                ask(new CatalogQuery.GetVersion(ObjectRef.current(bucket, entry.key()))))
        .toList();
  }

  /// Of all chunks that the version has, if it is there.
  CatalogCommand.TakeOver takeOver(ObjectRef ref) {
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
}
