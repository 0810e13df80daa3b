package dev.millrace.testkit;

import dev.millrace.base.ErrorCode;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.BucketName;
import dev.millrace.model.Content;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
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
import dev.millrace.net.CatalogQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Jobs of [MemoryCatalog] with their task results.
final class MemoryJobs {
  /// @param inputs counted until the job ends
  private record Row(Job job, List<Manifest> inputs, TreeMap<TaskId, TaskResult> tasks) {
    Row with(Job now) {
      return new Row(now, inputs, tasks);
    }
  }

  private final MemoryObjects objects;
  private final MemoryChunkCounts counts;
  private final Map<JobId, Row> rows = new HashMap<>();
  private final Map<Sha256, Result> results = new HashMap<>();
  private final Map<JobId, AnswerParts> parts = new HashMap<>();

  /// @param job the one that computed the answer
  /// @param answers the newest versions that were given as this answer
  /// @param prefix of their keys, when the answer is files
  private record Result(JobId job, List<ObjectRef> answers, Optional<ObjectKey> prefix) {}

  MemoryJobs(MemoryObjects objects, MemoryChunkCounts counts) {
    this.objects = objects;
    this.counts = counts;
  }

  Job accept(CatalogCommand.AcceptJob command, long now) {
    Row there = rows.get(command.id());
    if (there != null) {
      return there.job();
    }
    objects.bucket(command.spec().outputBucket());
    List<Manifest> inputs = new ArrayList<>();
    for (ObjectRef ref : command.spec().inputs()) {
      if (objects.version(ref) instanceof StoredVersion version) {
        if (version.stored().content() instanceof Content.Chunked chunked) {
          inputs.add(chunked.manifest());
        }
      } else {
        throw MemoryObjects.failure(ErrorCode.NO_SUCH_VERSION, ref + ": a delete marker");
      }
    }
    inputs.forEach(counts::add);
    Optional<CatalogCommand.TakeOver> taken =
        command.takeOver().filter(takeOver -> objects.has(takeOver.answer()));
    Job job =
        Job.accepted(
            command.id(),
            command.spec(),
            now,
            command.sessionKey(),
            taken.isPresent()
                ? command.provenance()
                : command.provenance().map(Provenance::withNothingTaken));
    Row row = new Row(job, inputs, new TreeMap<>());
    rows.put(command.id(), row);
    for (TaskResult result : taken.map(CatalogCommand.TakeOver::results).orElse(List.of())) {
      row.tasks().put(result.id(), result);
      counts.add(result.output());
    }
    return job;
  }

  Done record(CatalogCommand.RecordTasks command) {
    Row row = row(command.id());
    for (TaskResult result : command.results()) {
      if (row.job().state().ended() || row.tasks().containsKey(result.id())) {
        if (!result.equals(row.tasks().get(result.id()))) {
          counts.discard(result.output());
        }
      } else {
        row.tasks().put(result.id(), result);
        counts.add(result.output());
      }
    }
    return Done.DONE;
  }

  StoredVersion publish(CatalogCommand.PublishJob command, long now) {
    Row row = row(command.id());
    Job job = row.job();
    if (job.state() == JobState.SUCCEEDED) {
      return (StoredVersion)
          objects.version(
              new ObjectRef(job.spec().outputBucket(), job.spec().outputKey(), job.output()));
    }
    if (job.state().ended()) {
      throw MemoryObjects.failure(ErrorCode.CANCELLED, "job " + job.id() + ": it has ended");
    }
    StoredVersion version =
        objects.add(
            job.spec().outputBucket(),
            job.spec().outputKey(),
            command.versionId(),
            command.stored(),
            now);
    release(row);
    rows.put(job.id(), row.with(job.succeeded(now, command.versionId(), command.nodes())));
    command.parts().ifPresent(kept -> keep(job.id(), kept));
    job.provenance()
        .flatMap(Provenance::result)
        .ifPresent(key ->
            results.put(
                key, new Result(job.id(), List.of(ObjectRef.of(version)), Optional.empty())));
    return version;
  }

  /// Absent when there is no answer.
  Optional<Job> reuse(CatalogCommand.ReuseResult command, long now) {
    if (rows.containsKey(command.id())) {
      return Optional.of(row(command.id()).job());
    }
    objects.bucket(command.bucket());
    Optional<RecordedResult> usable = usable(command.result());
    if (usable.isEmpty()) {
      return Optional.empty();
    }
    RecordedResult result = usable.get();
    Result old = Objects.requireNonNull(results.get(command.result()));
    List<StoredVersion> given = new ArrayList<>();
    for (ObjectRef source : old.answers()) {
      ObjectKey key =
          old.prefix().isEmpty()
              ? command.key()
              : new ObjectKey(
                  command.key()
                      + source.key().value().substring(old.prefix().get().value().length()));
      VersionId version =
          old.prefix().isEmpty() ? command.versionId() : command.versionOfFile(given.size());
      Stored stored = ((StoredVersion) objects.version(source)).stored();
      given.add(
          objects.add(
              command.bucket(),
              key,
              version,
              new Stored(
                  stored.sizeBytes(),
                  stored.etag(),
                  stored.content(),
                  stored.key(),
                  stored.metadata(),
                  Optional.of(command.id())),
              now));
    }
    Job accepted =
        Job.accepted(
            command.id(),
            new JobSpec(result.program(), List.of(), List.of(), command.bucket(), command.key()),
            now,
            given.getFirst().stored().key(),
            Optional.of(
                new Provenance(
                    result.programDigest(),
                    Optional.of(command.result()),
                    Optional.of(result.job()),
                    Optional.empty(),
                    List.of())));
    long sizeBytes = given.stream().mapToLong(version -> version.stored().sizeBytes()).sum();
    Job job =
        old.prefix().isEmpty()
            ? accepted.succeeded(now, command.versionId(), result.nodes())
            : accepted.succeeded(now, new JobFiles(given.size(), sizeBytes), result.nodes());
    rows.put(command.id(), new Row(job, new ArrayList<>(), new TreeMap<>()));
    results.put(
        command.result(),
        new Result(
            result.job(),
            given.stream().map(ObjectRef::of).toList(),
            old.prefix().map(_ -> command.key())));
    return Optional.of(job);
  }

  /// The answer under a key, while it is there.
  Optional<RecordedResult> usable(Sha256 key) {
    Result result = results.get(key);
    if (result == null || !result.answers().stream().allMatch(objects::has)) {
      return Optional.empty();
    }
    RecordedResult.Answer answer =
        result.prefix().isEmpty()
            ? new RecordedResult.One(result.answers().getFirst())
            : new RecordedResult.Many(
                result.prefix().get(),
                result.answers().stream().map(ref -> ref.version().orElseThrow()).toList());
    Job job = row(result.job()).job();
    Provenance provenance = job.provenance().orElseThrow();
    return Optional.of(
        new RecordedResult(
            job.id(), job.spec().program(), provenance.program(), provenance.nodes(), answer));
  }

  private void keep(JobId id, AnswerParts kept) {
    parts.put(id, kept);
    kinOf(kept.kin()).stream().skip(CatalogCommand.PublishJob.KEPT_KIN).forEach(parts::remove);
  }

  private List<JobId> kinOf(Sha256 kin) {
    List<JobId> found = new ArrayList<>();
    parts.forEach((id, kept) -> {
      if (kept.kin().equals(kin)) {
        found.add(id);
      }
    });
    found.sort((a, b) -> b.compareTo(a));
    return found;
  }

  List<CatalogQuery.Kin> kin(Sha256 kin) {
    return kinOf(kin).stream()
        .map(id -> row(id).job())
        .filter(job -> objects.has(pieces(job)))
        .map(job ->
            new CatalogQuery.Kin(
                job,
                (StoredVersion) objects.version(pieces(job)),
                Objects.requireNonNull(parts.get(job.id()))))
        .toList();
  }

  /// Where what the job's pieces wrote lies.
  private ObjectRef pieces(Job job) {
    return Objects.requireNonNull(parts.get(job.id())).apart().orElseGet(() -> answer(job));
  }

  private static ObjectRef answer(Job job) {
    return new ObjectRef(job.spec().outputBucket(), job.spec().outputKey(), job.output());
  }

  /// Looks at every version and every job there is.
  Set<JobId> inUse(List<JobId> ids) {
    Set<JobId> used = new HashSet<>();
    for (ObjectVersion version : objects.all()) {
      if (version instanceof StoredVersion stored) {
        stored.stored().producer().ifPresent(used::add);
      }
    }
    rows.values().forEach(row -> row.job().reusedFrom().ifPresent(used::add));
    used.retainAll(ids);
    return Set.copyOf(used);
  }

  Job publish(CatalogCommand.PublishFiles command, long now) {
    Row row = row(command.id());
    Job job = row.job();
    if (job.state() == JobState.SUCCEEDED) {
      return job;
    }
    if (job.state().ended()) {
      throw MemoryObjects.failure(ErrorCode.CANCELLED, "job " + job.id() + ": it has ended");
    }
    long sizeBytes = 0;
    for (CatalogCommand.PublishedFile file : command.files()) {
      objects.add(job.spec().outputBucket(), file.key(), file.versionId(), file.stored(), now);
      sizeBytes += file.stored().sizeBytes();
    }
    release(row);
    Row ended =
        row.with(
            job.succeeded(now, new JobFiles(command.files().size(), sizeBytes), command.nodes()));
    rows.put(job.id(), ended);
    BucketName bucket = job.spec().outputBucket();
    ObjectKey prefix = job.spec().outputKey();
    List<ObjectRef> files =
        command.files().stream()
            .map(file -> new ObjectRef(bucket, file.key(), Optional.of(file.versionId())))
            .toList();
    boolean below =
        files.stream().allMatch(file -> file.key().value().startsWith(prefix.value() + "/"));
    if (below && !files.isEmpty()) {
      job.provenance()
          .flatMap(Provenance::result)
          .ifPresent(key -> results.put(key, new Result(job.id(), files, Optional.of(prefix))));
    }
    return ended.job();
  }

  Job end(CatalogCommand.EndJob command, long now) {
    Row row = row(command.id());
    if (row.job().state().ended()) {
      if (row.job().state() == JobState.FAILED && command.state() == JobState.CANCELLED) {
        letGo(row, command.keepTasks());
      }
      return row.job();
    }
    letGo(row, command.keepTasks());
    Row ended =
        row.with(row.job().stopped(command.state(), now, command.failure(), command.failures()));
    rows.put(command.id(), ended);
    return ended.job();
  }

  Job retry(JobId id) {
    Row row = row(id);
    if (row.job().state() != JobState.FAILED || row.tasks().isEmpty()) {
      throw MemoryObjects.failure(ErrorCode.PRECONDITION_FAILED, "job " + id + ": nothing kept");
    }
    Row running = row.with(row.job().running());
    rows.put(id, running);
    return running.job();
  }

  private void letGo(Row row, boolean keep) {
    if (!keep) {
      release(row);
    }
  }

  private void release(Row row) {
    row.tasks().values().forEach(result -> counts.remove(result.output()));
    row.tasks().clear();
    row.inputs().forEach(counts::remove);
    row.inputs().clear();
  }

  Done forget(JobId id) {
    if (!row(id).job().state().ended() || !inUse(List.of(id)).isEmpty()) {
      throw MemoryObjects.failure(ErrorCode.PRECONDITION_FAILED, "job " + id + ": in use");
    }
    release(row(id));
    rows.remove(id);
    parts.remove(id);
    results.values().removeIf(result -> result.job().equals(id));
    return Done.DONE;
  }

  Job get(JobId id) {
    return row(id).job();
  }

  List<Job> list(Optional<JobId> before, int limit) {
    return rows.values().stream()
        .map(Row::job)
        .filter(job -> before.isEmpty() || job.id().compareTo(before.get()) < 0)
        .sorted((a, b) -> b.id().compareTo(a.id()))
        .limit(limit)
        .map(Job::withoutInputs)
        .toList();
  }

  List<TaskResult> tasks(JobId id) {
    return List.copyOf(row(id).tasks().values());
  }

  private Row row(JobId id) {
    Row row = rows.get(id);
    if (row == null) {
      throw MemoryObjects.failure(ErrorCode.NO_SUCH_JOB, "job " + id + ": not there");
    }
    return row;
  }
}
