package dev.millrace.catalog.state;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.Bucket;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Provenance;
import dev.millrace.model.RecordedResult;
import dev.millrace.model.Sha256;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogCommand.Done;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Decides the commands of jobs; see [Decider].
final class JobDecider {
  private final Decider versions;
  private final Rows rows;
  private final long timeMillis;
  private final List<CatalogRecord> records;
  private final boolean recordFiles;

  /// @param format of the log entry
  JobDecider(
      Decider versions, Rows rows, long timeMillis, int format, List<CatalogRecord> records) {
    this.recordFiles = format >= EntryCodec.FORMAT_FILES;
    this.versions = versions;
    this.rows = rows;
    this.timeMillis = timeMillis;
    this.records = records;
  }

  Job accept(CatalogCommand.AcceptJob accept) {
    Optional<Job> there = rows.job(accept.id());
    if (there.isPresent()) {
      return there.get();
    }
    rows.requireBucket(accept.spec().outputBucket());
    boolean takesOver = accept.takeOver().filter(this::canTake).isPresent();
    Job job =
        Job.accepted(
            accept.id(),
            accept.spec(),
            timeMillis,
            accept.sessionKey(),
            takesOver
                ? accept.provenance()
                : accept.provenance().map(Provenance::withNothingTaken));
    records.add(new CatalogRecord.JobSet(job));
    if (takesOver) {
      for (TaskResult result : accept.takeOver().orElseThrow().results()) {
        records.add(new CatalogRecord.TaskRecorded(job.id(), result));
      }
    }
    int input = 0;
    for (ObjectRef ref : accept.spec().inputs()) {
      List<ChunkId> chunks = Replay.chunks(input(ref));
      if (!chunks.isEmpty()) {
        records.add(new CatalogRecord.InputHeld(job.id(), input, chunks));
      }
      input++;
    }
    return job;
  }

  /// Whether the answer is there: then its chunks are too.
  private boolean canTake(CatalogCommand.TakeOver takeOver) {
    Optional<StoredVersion> answer = rows.stored(takeOver.answer());
    if (answer.isEmpty()) {
      return false;
    }
    Set<ChunkId> there = new HashSet<>(Replay.chunks(answer.get()));
    Set<Integer> tasks = new HashSet<>();
    return takeOver.results().stream()
        .allMatch(result ->
            tasks.add(result.task()) && there.containsAll(Replay.chunks(result.output())));
  }

  private StoredVersion input(ObjectRef ref) {
    try {
      return versions.source(ref);
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.NO_SUCH_KEY) {
        throw Decider.noSuchVersion(ref);
      }
      throw e;
    }
  }

  Done recordTasks(CatalogCommand.RecordTasks command) {
    Job job = rows.requireJob(command.id());
    Set<TaskId> added = new HashSet<>();
    List<ChunkId> offered = new ArrayList<>();
    for (TaskResult result : command.results()) {
      List<ChunkId> chunks = Replay.chunks(result.output());
      if (job.state().ended() || rows.hasTask(job.id(), result.id()) || !added.add(result.id())) {
        offered.addAll(chunks);
      } else {
        versions.refuseGarbage(chunks);
        records.add(new CatalogRecord.TaskRecorded(job.id(), result));
      }
    }
    if (job.state() == JobState.ACCEPTED && !added.isEmpty()) {
      records.add(new CatalogRecord.JobSet(job.running()));
    }
    // Last, when all that this command names is counted.
    records.add(new CatalogRecord.ChunksOffered(offered));
    return Done.DONE;
  }

  StoredVersion publish(CatalogCommand.PublishJob publish) {
    Job job = rows.requireJob(publish.id());
    Bucket bucket = rows.requireBucket(job.spec().outputBucket());
    if (job.state() == JobState.SUCCEEDED) {
      return versions.source(
          new ObjectRef(job.spec().outputBucket(), job.spec().outputKey(), job.output()));
    }
    requireGoingOn(job);
    StoredVersion version =
        versions.addVersion(
            bucket, job.spec().outputKey(), publish.versionId(), timeMillis, publish.stored());
    // The answer names its chunks first, so that those which tasks wrote never count zero.
    records.add(new CatalogRecord.JobReleased(job.id()));
    records.add(
        new CatalogRecord.JobSet(job.succeeded(timeMillis, publish.versionId(), publish.nodes())));
    record(job, publish.nodes(), new RecordedResult.One(ObjectRef.of(version)));
    publish.parts().ifPresent(parts -> records.add(new CatalogRecord.PartsKept(job.id(), parts)));
    return version;
  }

  /// Records the answer of a job that was accepted with a key for it.
  private void record(Job job, List<NodeId> nodes, RecordedResult.Answer answer) {
    Optional<Sha256> key = job.provenance().flatMap(Provenance::result);
    if (key.isPresent()) {
      Sha256 program = job.provenance().orElseThrow().program();
      records.add(
          new CatalogRecord.ResultRecorded(
              key.get(),
              new RecordedResult(job.id(), job.spec().program(), program, nodes, answer)));
    }
  }

  /// A job whose answer is there already. Reads neither the inputs nor the job that computed it.
  Optional<Job> reuse(CatalogCommand.ReuseResult reuse) {
    Optional<Job> there = rows.job(reuse.id());
    if (there.isPresent()) {
      return there;
    }
    Bucket bucket = rows.requireBucket(reuse.bucket());
    Optional<RecordedResult> recorded = rows.result(reuse.result());
    List<StoredVersion> sources =
        recorded.map(result -> rows.versions(result.answer())).orElse(List.of());
    if (recorded.isEmpty() || sources.isEmpty()) {
      return Optional.empty();
    }
    RecordedResult result = recorded.get();
    Job accepted =
        Job.accepted(
            reuse.id(),
            new JobSpec(result.program(), List.of(), List.of(), reuse.bucket(), reuse.key()),
            timeMillis,
            sources.getFirst().stored().key(),
            Optional.of(
                new Provenance(
                    result.programDigest(),
                    Optional.of(reuse.result()),
                    Optional.of(result.job()),
                    Optional.empty(),
                    List.of())));
    RecordedResult.Answer answer =
        switch (result.answer()) {
          case RecordedResult.One _ -> giveOne(bucket, sources.getFirst(), accepted, reuse);
          case RecordedResult.Many many -> giveFiles(bucket, sources, many, accepted, reuse);
        };
    Job job =
        switch (answer) {
          case RecordedResult.One _ ->
              accepted.succeeded(timeMillis, reuse.versionId(), result.nodes());
          case RecordedResult.Many _ ->
              accepted.succeeded(timeMillis, together(sources), result.nodes());
        };
    records.add(new CatalogRecord.JobSet(job));
    records.add(
        new CatalogRecord.ResultRecorded(
            reuse.result(),
            new RecordedResult(
                result.job(), result.program(), result.programDigest(), result.nodes(), answer)));
    return Optional.of(job);
  }

  private RecordedResult.Answer giveOne(
      Bucket bucket, StoredVersion source, Job to, CatalogCommand.ReuseResult reuse) {
    StoredVersion version =
        versions.addVersion(
            bucket,
            reuse.key(),
            reuse.versionId(),
            timeMillis,
            ObjectRefs.withProducer(source.stored(), to.id()));
    return new RecordedResult.One(ObjectRef.of(version));
  }

  private RecordedResult.Answer giveFiles(
      Bucket bucket,
      List<StoredVersion> sources,
      RecordedResult.Many recorded,
      Job to,
      CatalogCommand.ReuseResult reuse) {
    List<CatalogCommand.PublishedFile> files = new ArrayList<>(sources.size());
    int prefix = recorded.prefix().value().length();
    for (StoredVersion source : sources) {
      ObjectKey key = new ObjectKey(reuse.key() + source.key().value().substring(prefix));
      VersionId version = reuse.versionOfFile(files.size());
      Stored stored = ObjectRefs.withProducer(source.stored(), to.id());
      files.add(new CatalogCommand.PublishedFile(key, version, stored));
    }
    versions.addVersions(bucket, files);
    return new RecordedResult.Many(reuse.key(), versionsOf(files));
  }

  private static List<VersionId> versionsOf(List<CatalogCommand.PublishedFile> files) {
    return files.stream().map(CatalogCommand.PublishedFile::versionId).toList();
  }

  private static JobFiles together(List<StoredVersion> files) {
    return new JobFiles(
        files.size(), files.stream().mapToLong(file -> file.stored().sizeBytes()).sum());
  }

  private static void requireGoingOn(Job job) {
    if (job.state().ended()) {
      throw new MillraceException(
          ErrorCode.CANCELLED,
          "job "
              + job.id()
              + ": it has ended without an answer ("
              + job.failure().orElse(job.state().name())
              + "): run it again");
    }
  }

  Job publish(CatalogCommand.PublishFiles publish) {
    Job job = rows.requireJob(publish.id());
    Bucket bucket = rows.requireBucket(job.spec().outputBucket());
    if (job.state() == JobState.SUCCEEDED) {
      return job;
    }
    requireGoingOn(job);
    versions.addVersions(bucket, publish.files());
    records.add(new CatalogRecord.JobReleased(job.id()));
    long sizeBytes = publish.files().stream().mapToLong(file -> file.stored().sizeBytes()).sum();
    Job succeeded =
        job.succeeded(timeMillis, new JobFiles(publish.files().size(), sizeBytes), publish.nodes());
    records.add(new CatalogRecord.JobSet(succeeded));
    if (recordFiles && canBeGiven(job, publish)) {
      record(
          job,
          publish.nodes(),
          new RecordedResult.Many(job.spec().outputKey(), versionsOf(publish.files())));
    }
    return succeeded;
  }

  /// Whether there are files, which lie where it says.
  private static boolean canBeGiven(Job job, CatalogCommand.PublishFiles publish) {
    String below = job.spec().outputKey() + "/";
    return !publish.files().isEmpty()
        && publish.files().stream().allMatch(file -> file.key().value().startsWith(below));
  }

  Job end(CatalogCommand.EndJob end) {
    Job job = rows.requireJob(end.id());
    boolean letGo = job.state() == JobState.FAILED && end.state() == JobState.CANCELLED;
    if (job.state().ended() && !letGo) {
      return job;
    }
    if (end.state() != JobState.FAILED && end.state() != JobState.CANCELLED) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "job "
              + end.id()
              + ": it can't be ended as "
              + end.state()
              + ": say FAILED or CANCELLED");
    }
    if (!end.keepTasks()) {
      records.add(new CatalogRecord.JobReleased(job.id()));
    }
    if (letGo) {
      return job;
    }
    Job ended = job.stopped(end.state(), timeMillis, end.failure(), end.failures());
    records.add(new CatalogRecord.JobSet(ended));
    return ended;
  }

  Job retry(CatalogCommand.RetryJob retry) {
    Job job = rows.requireJob(retry.id());
    if (job.state() != JobState.FAILED) {
      throw new MillraceException(
          ErrorCode.PRECONDITION_FAILED,
          "job " + job.id() + ": it has not failed: only failed tasks are run again");
    }
    if (!rows.hasTasks(job.id())) {
      throw new MillraceException(
          ErrorCode.PRECONDITION_FAILED,
          "job " + job.id() + ": nothing of it was kept: run it again as a whole");
    }
    Job running = job.running();
    records.add(new CatalogRecord.JobSet(running));
    return running;
  }

  Done forget(CatalogCommand.ForgetJob forget) {
    Job job = rows.requireJob(forget.id());
    if (!job.state().ended()) {
      throw new MillraceException(
          ErrorCode.PRECONDITION_FAILED, "job " + job.id() + ": it has not ended: cancel it first");
    }
    if (rows.inUse(job.id())) {
      throw new MillraceException(
          ErrorCode.PRECONDITION_FAILED,
          "job "
              + job.id()
              + ": it says where an answer comes from that is still there: remove that first");
    }
    // What a failed job kept; nothing for any other.
    records.add(new CatalogRecord.JobReleased(job.id()));
    records.add(new CatalogRecord.JobForgotten(job));
    return Done.DONE;
  }
}
