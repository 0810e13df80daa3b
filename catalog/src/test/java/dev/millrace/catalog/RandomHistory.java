package dev.millrace.catalog;

import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.FailureKind;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Priority;
import dev.millrace.model.Program;
import dev.millrace.model.Provenance;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.TaskFailure;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskLimits;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.model.VolumeId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogCommand.Precondition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// Random commands over a small world, so that they meet: few buckets, keys that are prefixes of
/// one another, versions and jobs used again.
public final class RandomHistory {
  public static final List<BucketName> BUCKETS =
      List.of(new BucketName("aaa"), new BucketName("bbb"), BucketName.INPUTS);

  /// Prefixes of one another, control characters, the last code points of each UTF-8 length, and
  /// pairs of surrogates that order otherwise in UTF-16 than in UTF-8.
  public static final List<String> KEYS =
      List.of(
          "a",
          "a\u0001",
          "a!",
          "a/",
          "a/b",
          "a/b/c",
          "a/b/",
          "a//",
          "a/b\u007f",
          "a0",
          "b",
          "b/\u07ff",
          "b/\u07ff/x",
          "b/\uffff",
          "b/\ud83d\ude00",
          "b/\udbff\udfff",
          "\uffff",
          "\ud83d\ude00/k",
          "\udbff\udfff/",
          "\udbff\udfff/z",
          "c/1",
          "c/2",
          "c/3",
          "c/4",
          "c/5",
          "c/6",
          "c/7",
          "c/8",
          "c/9",
          "c/10",
          "c/11",
          "d");

  private final SplittableRandom random;
  private final boolean jobs;
  private final List<VersionId> versions = new ArrayList<>();
  private final List<ObjectRef> refs = new ArrayList<>();
  private final List<JobId> jobIds = new ArrayList<>();

  /// Where a job's answer goes.
  private final Map<JobId, ObjectRef> outputs = new HashMap<>();

  private final List<ChunkId> chunks = new ArrayList<>();
  private final List<CatalogCommand<?>> sent = new ArrayList<>();
  private long made;

  /// @param jobs whether commands of jobs are among them, and chunks that are named again
  public RandomHistory(long seed, boolean jobs) {
    this.random = new SplittableRandom(seed);
    this.jobs = jobs;
  }

  public SplittableRandom random() {
    return random;
  }

  public CatalogCommand<?> next() {
    CatalogCommand<?> command = !sent.isEmpty() && random.nextInt(20) == 0 ? pick(sent) : fresh();
    // A version that was destroyed and is committed again names garbage: the catalog refuses that,
    // the model in memory does not.
    if (jobs && !(command instanceof CatalogCommand.CreateVolume)) {
      sent.add(command);
    }
    return command;
  }

  private CatalogCommand<?> fresh() {
    return switch (random.nextInt(jobs ? 33 : 20)) {
      case 0, 1 -> new CatalogCommand.CreateBucket(bucket(), policy());
      case 2 -> new CatalogCommand.DeleteBucket(bucket());
      case 3, 4, 5, 6, 7, 8, 9 -> commit();
      case 10, 11 -> addMarker();
      case 12, 13, 14 -> destroy();
      case 15 -> copy();
      case 16 -> volume();
      case 17 -> new CatalogCommand.ForgetChunks(someChunks());
      case 18 -> jobs ? rewrap() : copy();
      case 19 -> new CatalogCommand.Touch(Optional.of("r" + random.nextInt(9)));
      case 20, 21 -> accept();
      case 22, 23, 24 ->
          new CatalogCommand.RecordTasks(
              job(), List.of(task(random.nextInt(4)), task(random.nextInt(4))));
      case 25 ->
          new CatalogCommand.PublishJob(
              job(),
              newVersion(),
              stored(),
              List.of(new NodeId(new Id128(1, random.nextInt(9)))),
              random.nextBoolean() ? Optional.empty() : Optional.of(parts()));
      case 26 ->
          new CatalogCommand.EndJob(
              job(),
              random.nextBoolean() ? JobState.FAILED : JobState.CANCELLED,
              "it: broke: go",
              List.of(failure()),
              random.nextBoolean());
      case 27 -> new CatalogCommand.RetryJob(job());
      case 28, 29, 30 ->
          new CatalogCommand.ReuseResult(result(), newJob(), newVersion(), bucket(), key());
      case 31 -> publishFiles();
      default -> new CatalogCommand.ForgetJob(job());
    };
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  public BucketName bucket() {
    return pick(BUCKETS);
  }

  public ObjectKey key() {
    return new ObjectKey(pick(KEYS));
  }

  private StoragePolicy policy() {
    return random.nextBoolean()
        ? new StoragePolicy.Replicated(1 + random.nextInt(3))
        : new StoragePolicy.Erasure(2 + random.nextInt(3), 1);
  }

  private VersionId newVersion() {
    VersionId id = new VersionId(new Id128(random.nextInt(5), ++made));
    versions.add(id);
    return id;
  }

  private ChunkId chunk() {
    if (jobs && !chunks.isEmpty() && random.nextInt(4) == 0) {
      return pick(chunks);
    }
    ChunkId chunk = new ChunkId(1 + random.nextInt(3), ++made);
    chunks.add(chunk);
    return chunk;
  }

  private List<ChunkId> someChunks() {
    List<ChunkId> some = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0 && !chunks.isEmpty(); i--) {
      some.add(pick(chunks));
    }
    return some;
  }

  private Manifest manifest() {
    List<Extent> extents = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      extents.add(new Extent(chunk(), 1 + random.nextInt(1000)));
    }
    return new Manifest(extents);
  }

  private Bytes bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.copyOf(bytes);
  }

  private WrappedKey wrappedKey() {
    return new WrappedKey(1 + random.nextInt(3), bytes(60));
  }

  public Stored stored() {
    Map<String, String> metadata =
        random.nextInt(3) == 0 ? Map.of("one", "1", "two", "zwei ä", "three", "") : Map.of();
    if (random.nextBoolean()) {
      int length = random.nextInt(300);
      return new Stored(
          length,
          "e" + random.nextInt(3),
          new Content.Inline(new ChunkId(0, random.nextLong()), bytes(length + 16)),
          wrappedKey(),
          metadata,
          Optional.empty());
    }
    Manifest manifest = manifest();
    return new Stored(
        manifest.sizeBytes(),
        "e" + random.nextInt(3),
        new Content.Chunked(manifest),
        wrappedKey(),
        metadata,
        random.nextBoolean() ? Optional.empty() : Optional.of(job()));
  }

  private CatalogCommand<?> commit() {
    BucketName bucket = bucket();
    ObjectKey key = key();
    VersionId id = newVersion();
    refs.add(new ObjectRef(bucket, key, Optional.of(id)));
    if (random.nextInt(8) == 0) {
      return new CatalogCommand.ImportVersion(bucket, key, id, random.nextInt(1000), stored());
    }
    Precondition precondition =
        switch (random.nextInt(6)) {
          case 0 -> new Precondition.Absent();
          case 1 -> new Precondition.Matches("e" + random.nextInt(3));
          default -> new Precondition.None();
        };
    return new CatalogCommand.CommitVersion(bucket, key, id, stored(), precondition);
  }

  private CatalogCommand<?> addMarker() {
    BucketName bucket = bucket();
    ObjectKey key = key();
    VersionId id = newVersion();
    refs.add(new ObjectRef(bucket, key, Optional.of(id)));
    return new CatalogCommand.AddDeleteMarker(bucket, key, id);
  }

  private ObjectRef ref() {
    return refs.isEmpty() || random.nextInt(8) == 0
        ? ObjectRef.current(bucket(), key())
        : pick(refs);
  }

  private CatalogCommand<?> destroy() {
    ObjectRef ref = ref();
    return new CatalogCommand.DestroyVersion(
        ref.bucket(), ref.key(), ref.version().orElse(new VersionId(new Id128(99, 99))));
  }

  private CatalogCommand<?> copy() {
    BucketName bucket = bucket();
    ObjectKey key = key();
    VersionId id = newVersion();
    refs.add(new ObjectRef(bucket, key, Optional.of(id)));
    return new CatalogCommand.CopyVersion(ref(), bucket, key, id);
  }

  private CatalogCommand<?> volume() {
    return jobs && random.nextBoolean()
        ? new CatalogCommand.SealVolume(new VolumeId(1 + random.nextInt(5)))
        : new CatalogCommand.CreateVolume(
            policy(), List.of(new NodeId(new Id128(1, random.nextInt(9)))));
  }

  private CatalogCommand<?> rewrap() {
    List<CatalogCommand.Rewrap> rows = new ArrayList<>();
    for (CatalogCommand<?> command : sent) {
      if (command instanceof CatalogCommand.CommitVersion commit && random.nextInt(20) == 0) {
        rows.add(
            new CatalogCommand.Rewrap(
                new ObjectRef(commit.bucket(), commit.key(), Optional.of(commit.id())),
                commit.stored().key(),
                wrappedKey()));
      }
    }
    return new CatalogCommand.RewrapKeys(rows.subList(0, Math.min(rows.size(), 50)));
  }

  private CatalogCommand<?> accept() {
    JobId id = newJob();
    List<ObjectRef> inputs = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      inputs.add(ref());
    }
    ObjectRef output = ObjectRef.current(bucket(), key());
    outputs.put(id, output);
    return new CatalogCommand.AcceptJob(
        id,
        new JobSpec(
            new Program.Instruction("count", List.of("-l")),
            inputs,
            inputs.stream().map(ObjectRef::toString).toList(),
            output.bucket(),
            output.key(),
            new JobOptions(
                TaskLimits.USUAL, random.nextBoolean(), pick(List.of(Priority.values())))),
        wrappedKey(),
        random.nextInt(4) == 0
            ? Optional.empty()
            : Optional.of(
                Provenance.of(
                        digest(random.nextInt(3)),
                        random.nextInt(4) == 0 ? Optional.empty() : Optional.of(result()))
                    .withTaken(job())),
        random.nextInt(3) == 0 ? Optional.empty() : Optional.of(takeOver()));
  }

  /// Often of a version that is gone, or of chunks that it does not name.
  private CatalogCommand.TakeOver takeOver() {
    List<TaskResult> results = new ArrayList<>();
    if (random.nextBoolean()) {
      results.add(task(random.nextInt(4)));
    }
    for (CatalogCommand<?> command : sent.reversed()) {
      if (command instanceof CatalogCommand.CommitVersion commit && random.nextInt(4) == 0) {
        if (results.isEmpty() && commit.stored().content() instanceof Content.Chunked chunked) {
          results.add(withOutput(task(random.nextInt(4)), chunked.manifest()));
        }
        return new CatalogCommand.TakeOver(
            new ObjectRef(commit.bucket(), commit.key(), Optional.of(commit.id())), results);
      }
    }
    return new CatalogCommand.TakeOver(
        new ObjectRef(bucket(), key(), Optional.of(newVersion())), results);
  }

  private static TaskResult withOutput(TaskResult result, Manifest output) {
    return new TaskResult(
        result.id(),
        result.inputOffset(),
        result.inputBytes(),
        output,
        result.counters(),
        result.state(),
        result.node(),
        result.elapsedMillis());
  }

  private AnswerParts parts() {
    List<AnswerParts.Piece> pieces = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      pieces.add(
          new AnswerParts.Piece(
              random.nextInt(1000),
              random.nextInt(3),
              Map.of("lines", random.nextLong()),
              bytes(random.nextInt(20)),
              new NodeId(new Id128(1, 1))));
    }
    return new AnswerParts(
        digest(20 + random.nextInt(2)),
        List.of(new AnswerParts.Group(2, pieces), new AnswerParts.Group(1, List.of())),
        random.nextBoolean() ? Optional.of(ref()) : Optional.empty());
  }

  private JobId newJob() {
    JobId id = new JobId(new Id128(random.nextInt(3), ++made));
    jobIds.add(id);
    return id;
  }

  /// One of a few keys, so that results meet.
  public Sha256 result() {
    return digest(10 + random.nextInt(4));
  }

  private static Sha256 digest(int number) {
    byte[] value = new byte[Sha256.BYTES];
    value[0] = (byte) number;
    return new Sha256(Bytes.copyOf(value));
  }

  private JobId job() {
    return jobIds.isEmpty() || random.nextInt(20) == 0
        ? new JobId(new Id128(9, 9))
        : jobIds.get(Math.max(0, jobIds.size() - 1 - random.nextInt(6)));
  }

  private CatalogCommand<?> publishFiles() {
    JobId job = job();
    ObjectRef output = outputs.getOrDefault(job, ObjectRef.current(BUCKETS.getFirst(), key()));
    BucketName bucket = output.bucket();
    // What lies elsewhere than the job says is no answer that another job can be given.
    boolean below = random.nextInt(4) > 0;
    Set<ObjectKey> keys = new LinkedHashSet<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      keys.add(below ? new ObjectKey(output.key() + "/" + random.nextInt(9)) : key());
    }
    List<CatalogCommand.PublishedFile> files = new ArrayList<>();
    for (ObjectKey key : keys) {
      VersionId id = newVersion();
      refs.add(new ObjectRef(bucket, key, Optional.of(id)));
      files.add(new CatalogCommand.PublishedFile(key, id, stored()));
    }
    return new CatalogCommand.PublishFiles(
        job, files, List.of(new NodeId(new Id128(1, random.nextInt(9)))));
  }

  private TaskFailure failure() {
    return new TaskFailure(
        new TaskId(0, random.nextInt(4)),
        random.nextInt(3),
        new NodeId(new Id128(1, 1)),
        random.nextInt(99),
        10,
        FailureKind.PROGRAM,
        "task: broke: mend it",
        "log");
  }

  private TaskResult task(int number) {
    return new TaskResult(
        new TaskId(random.nextInt(3), number),
        number * 10L,
        10,
        manifest(),
        Map.of("lines", random.nextLong(), "bytes", 5L),
        bytes(random.nextInt(20)),
        new NodeId(new Id128(1, 1)),
        random.nextInt(1000));
  }
}
