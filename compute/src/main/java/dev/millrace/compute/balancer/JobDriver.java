package dev.millrace.compute.balancer;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Stage;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskResult;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what one job needs in the catalog, from its begin to its end: one thing after the other, on
/// a thread of its own.
final class JobDriver implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(JobDriver.class);

  /// How often progress is counted and delayed work looked at.
  private static final long TICK_NANOS = 200_000_000L;

  /// What a first stage wrote is kept for later jobs when it has at most this part of the input's
  /// bytes: more is quicker to compute again than it is small.
  private static final int KEPT_SHARE = 4;

  private final LiveJobs jobs;
  private final LiveJob live;
  private final Catalog catalog;
  private final Publisher publisher;

  JobDriver(LiveJobs jobs, LiveJob live, Catalog catalog, Publisher publisher) {
    this.jobs = jobs;
    this.live = live;
    this.catalog = catalog;
    this.publisher = publisher;
  }

  @Override
  public void run() {
    while (true) {
      Optional<Duty> next = jobs.nextDuty(live, TICK_NANOS);
      if (next.isEmpty()) {
        recordAtClose();
        return;
      }
      switch (next.get()) {
        case Duty.Await _ -> {}
        case Duty.Save duty -> record(duty.results());
        case Duty.Plan duty -> plan(duty);
        case Duty.Publish _ -> publish();
        case Duty.End duty -> end(duty);
        case Duty.Done _ -> {
          return;
        }
      }
    }
  }

  private void record(List<TaskResult> results) {
    try {
      catalog.execute(new CatalogCommand.RecordTasks(job().id(), results));
    } catch (MillraceException e) {
      LOG.warn("event=tasks-not-recorded job={} why={}", job().id(), e.getMessage());
      jobs.change(live, (run, now) -> run.recordFailed(now));
      return;
    }
    jobs.change(live, (run, now) -> run.recorded(results.size(), now));
  }

  private void plan(Duty.Plan duty) {
    Optional<Stage> next;
    try {
      next = live.planned(duty);
    } catch (MillraceException e) {
      jobs.change(live, (run, now) -> run.planFailed(e, now));
      return;
    } catch (RuntimeException e) {
      LOG.error("event=job-not-planned job={}", job().id(), e);
      MillraceException bug =
          new MillraceException(
              ErrorCode.BUG, "job " + job().id() + ": its plan: " + e + ": report this", e);
      jobs.change(live, (run, now) -> run.planFailed(bug, now));
      return;
    }
    jobs.change(
        live,
        (run, now) ->
            next.ifPresentOrElse(stage -> live.begin(stage, duty.results()), run::planned));
  }

  private void publish() {
    if (live.call.combine() instanceof Combine.Files) {
      publishFiles();
    } else {
      publishObject();
    }
  }

  private void publishFiles() {
    Job job = job();
    Job succeeded;
    try {
      List<TaskResult> results = live.run.stage().results();
      succeeded =
          catalog.execute(
              new CatalogCommand.PublishFiles(
                  job.id(), FilesAnswer.of(job, results), nodes(results)));
    } catch (MillraceException e) {
      refused(e);
      return;
    } catch (RuntimeException e) {
      LOG.error("event=job-answer-failed job={}", job.id(), e);
      notPublished(
          new MillraceException(
              ErrorCode.BUG, "job " + job.id() + ": its files: " + e + ": report this", e));
      return;
    }
    JobFiles files = succeeded.files().orElseThrow();
    LOG.info(
        "event=job-succeeded job={} files={} bytes={}", job.id(), files.count(), files.sizeBytes());
    jobs.change(
        live,
        (run, now) -> {
          run.answered(files.sizeBytes());
          run.ended(succeeded);
        });
  }

  private void publishObject() {
    Job job = job();
    Optional<Stored> answer = answer(job);
    if (answer.isEmpty()) {
      return;
    }
    StoredVersion version;
    List<NodeId> nodes = nodes(live.run.stage().results());
    try {
      version =
          catalog.execute(
              new CatalogCommand.PublishJob(
                  job.id(), Publisher.versionOf(job), answer.get(), nodes, kept(job)));
    } catch (MillraceException e) {
      refused(e);
      return;
    }
    LOG.info("event=job-succeeded job={} bytes={}", job.id(), version.sizeBytes());
    jobs.change(
        live,
        (run, now) -> {
          run.answered(version.sizeBytes());
          run.ended(job.succeeded(version.createdMillis(), version.id(), nodes));
        });
  }

  /// Absent when it could not be made, and the job knows.
  private Optional<Stored> answer(Job job) {
    Stored answer = live.answer;
    if (answer != null) {
      return Optional.of(answer);
    }
    try {
      answer =
          publisher.answer(
              job,
              live.call.combine(),
              live.layout,
              live.run.stage().results(),
              () -> jobs.checkWanted(live));
    } catch (MillraceException e) {
      notPublished(e);
      return Optional.empty();
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      // The job fails, the node goes on.
      LOG.error("event=job-answer-failed job={}", job.id(), e);
      notPublished(
          new MillraceException(
              ErrorCode.BUG, "job " + job.id() + ": its answer: " + e + ": report this", e));
      return Optional.empty();
    }
    live.answer = answer;
    return Optional.of(answer);
  }

  /// The catalog did not publish the answer.
  private void refused(MillraceException why) {
    if (why.code() == ErrorCode.CANCELLED) {
      adoptEnd();
    } else {
      notPublished(why);
    }
  }

  private void notPublished(MillraceException why) {
    LOG.warn("event=job-not-published job={} why={}", job().id(), why.getMessage());
    jobs.change(live, (run, now) -> run.publishFailed(why, now));
  }

  /// What later jobs can take over. Only of a job whose answer is recorded: others are by
  /// themselves.
  private Optional<AnswerParts> kept(Job job) {
    Optional<AnswerParts> parts =
        job.provenance()
            .filter(from -> from.result().isPresent())
            .map(from ->
                ResultKey.kin(
                    job.spec().program(), from.program(), live.call, job.spec().inputs().size()))
            .flatMap(kin -> TakenOver.parts(kin, live.call, live.layout, live.pieces()));
    return switch (live.call.combine()) {
      case Combine.Stages _ -> parts.flatMap(found -> keepApart(job, found));
      case Combine.ConcatenateInOrder _, Combine.Aggregate _, Combine.Files _ -> parts;
    };
  }

  /// What the pieces wrote is not the answer here: it is kept beside it, if it is not too much.
  private Optional<AnswerParts> keepApart(Job job, AnswerParts parts) {
    List<TaskResult> pieces = live.pieces();
    long sizeBytes = pieces.stream().mapToLong(piece -> piece.output().sizeBytes()).sum();
    if (sizeBytes > live.layout.totalBytes() / KEPT_SHARE) {
      return Optional.empty();
    }
    try {
      StoredVersion version = catalog.execute(Publisher.keep(job, pieces));
      return Optional.of(
          new AnswerParts(parts.kin(), parts.groups(), Optional.of(ObjectRef.of(version))));
    } catch (MillraceException e) {
      LOG.warn("event=pieces-not-kept job={} why={}", job.id(), e.getMessage());
      return Optional.empty(); // later jobs compute more, and that is all
    }
  }

  private static List<NodeId> nodes(List<TaskResult> results) {
    return results.stream().map(TaskResult::node).distinct().sorted().toList();
  }

  private void adoptEnd() {
    try {
      Job ended = catalog.query(new CatalogQuery.GetJob(job().id()));
      jobs.change(live, (run, now) -> run.ended(ended));
    } catch (MillraceException e) {
      jobs.change(live, (run, now) -> run.publishFailed(e, now));
    }
  }

  private void end(Duty.End duty) {
    try {
      Job ended =
          catalog.execute(
              new CatalogCommand.EndJob(
                  job().id(), duty.state(), duty.failure(), duty.failures(), duty.keepTasks()));
      LOG.info("event=job-ended job={} state={} why={}", ended.id(), ended.state(), duty.failure());
      jobs.change(live, (run, now) -> run.ended(ended));
    } catch (MillraceException e) {
      LOG.warn("event=job-not-ended job={} why={}", job().id(), e.getMessage());
      jobs.change(live, (run, now) -> run.endFailed(e, now));
    }
  }

  /// What is finished is kept for the next start, if the catalog still takes it.
  private void recordAtClose() {
    List<TaskResult> results = jobs.unrecorded(live);
    if (results.isEmpty()) {
      return;
    }
    try {
      catalog.execute(new CatalogCommand.RecordTasks(job().id(), results));
    } catch (MillraceException e) {
      LOG.warn("event=tasks-not-recorded job={} why={}", job().id(), e.getMessage());
    }
  }

  private Job job() {
    return live.run.job();
  }
}
