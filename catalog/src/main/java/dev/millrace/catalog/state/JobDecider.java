package dev.millrace.catalog.state;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.Bucket;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Provenance;
import dev.millrace.model.RecordedResult;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
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

  JobDecider(Decider versions, Rows rows, long timeMillis, List<CatalogRecord> records) {
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
    job.provenance()
        .flatMap(from -> from.result().map(key -> recorded(key, from, job, publish, version)))
        .ifPresent(records::add);
    publish.parts().ifPresent(parts -> records.add(new CatalogRecord.PartsKept(job.id(), parts)));
    return version;
  }

  private static CatalogRecord recorded(
      Sha256 key,
      Provenance provenance,
      Job job,
      CatalogCommand.PublishJob publish,
      StoredVersion answer) {
    return new CatalogRecord.ResultRecorded(
        key,
        new RecordedResult(
            job.id(),
            job.spec().program(),
            provenance.program(),
            publish.nodes(),
            ObjectRef.of(answer)));
  }

  /// A job whose answer is there already. Reads neither the inputs nor the job that computed it.
  Optional<Job> reuse(CatalogCommand.ReuseResult reuse) {
    Optional<Job> there = rows.job(reuse.id());
    if (there.isPresent()) {
      return there;
    }
    Bucket bucket = rows.requireBucket(reuse.bucket());
    Optional<RecordedResult> recorded = rows.result(reuse.result());
    Optional<StoredVersion> source = recorded.flatMap(rows::answer);
    if (recorded.isEmpty() || source.isEmpty()) {
      return Optional.empty();
    }
    RecordedResult result = recorded.get();
    StoredVersion answer =
        versions.addVersion(
            bucket,
            reuse.key(),
            reuse.versionId(),
            timeMillis,
            ObjectRefs.withProducer(source.get().stored(), reuse.id()));
    Job job =
        Job.accepted(
                reuse.id(),
                new JobSpec(result.program(), List.of(), List.of(), reuse.bucket(), reuse.key()),
                timeMillis,
                answer.stored().key(),
                Optional.of(
                    new Provenance(
                        result.programDigest(),
                        Optional.of(reuse.result()),
                        Optional.of(result.job()),
                        Optional.empty(),
                        List.of())))
            .succeeded(timeMillis, answer.id(), result.nodes());
    records.add(new CatalogRecord.JobSet(job));
    records.add(
        new CatalogRecord.ResultRecorded(
            reuse.result(),
            new RecordedResult(
                result.job(),
                result.program(),
                result.programDigest(),
                result.nodes(),
                ObjectRef.of(answer))));
    return Optional.of(job);
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
    return succeeded;
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
