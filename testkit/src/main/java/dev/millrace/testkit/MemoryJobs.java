package dev.millrace.testkit;

import dev.millrace.base.ErrorCode;
import dev.millrace.model.Content;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobState;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskFailure;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogCommand.Done;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Jobs of [MemoryCatalog] with their task results.
final class MemoryJobs {
  /// @param inputs counted until the job ends
  private record Row(Job job, List<Manifest> inputs, TreeMap<TaskId, TaskResult> tasks) {
    Row with(
        JobState state,
        long now,
        Optional<VersionId> output,
        Optional<String> failure,
        List<TaskFailure> failures) {
      return new Row(
          new Job(
              job.id(),
              job.spec(),
              state,
              job.createdMillis(),
              now,
              job.sessionKey(),
              output,
              failure,
              failures),
          inputs,
          tasks);
    }

    Row withFiles(long now, JobFiles files) {
      return new Row(
          new Job(
              job.id(),
              job.spec(),
              JobState.SUCCEEDED,
              job.createdMillis(),
              now,
              job.sessionKey(),
              Optional.empty(),
              Optional.empty(),
              List.of(),
              Optional.of(files)),
          inputs,
          tasks);
    }
  }

  private final MemoryObjects objects;
  private final MemoryChunkCounts counts;
  private final Map<JobId, Row> rows = new HashMap<>();

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
    Job job =
        new Job(
            command.id(),
            command.spec(),
            JobState.ACCEPTED,
            now,
            0,
            command.sessionKey(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    rows.put(command.id(), new Row(job, inputs, new TreeMap<>()));
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
    rows.put(
        job.id(),
        row.with(
            JobState.SUCCEEDED,
            now,
            Optional.of(command.versionId()),
            Optional.empty(),
            List.of()));
    return version;
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
    Row ended = row.withFiles(now, new JobFiles(command.files().size(), sizeBytes));
    rows.put(job.id(), ended);
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
        row.with(
            command.state(),
            now,
            Optional.empty(),
            Optional.of(command.failure()),
            command.failures());
    rows.put(command.id(), ended);
    return ended.job();
  }

  Job retry(JobId id) {
    Row row = row(id);
    if (row.job().state() != JobState.FAILED || row.tasks().isEmpty()) {
      throw MemoryObjects.failure(ErrorCode.PRECONDITION_FAILED, "job " + id + ": nothing kept");
    }
    Row running = row.with(JobState.RUNNING, 0, Optional.empty(), Optional.empty(), List.of());
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
    release(row(id));
    rows.remove(id);
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
