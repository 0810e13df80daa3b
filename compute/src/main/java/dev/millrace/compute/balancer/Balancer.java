package dev.millrace.compute.balancer;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentStore;
import dev.millrace.client.Explanation;
import dev.millrace.client.Jobs;
import dev.millrace.compute.balancer.JobAdmission.Admitted;
import dev.millrace.compute.balancer.JobAdmission.Asked;
import dev.millrace.compute.executable.Programs;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.worker.Worker;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Provenance;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskResult;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs jobs on the slots of one worker. After a restart [#resumeAll] goes on with those that had
/// not ended, from their recorded tasks. Thread-safe.
public final class Balancer implements Jobs, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);
  private static final int PAGE = 1000;
  private static final int RESUME_PAGE = 50;

  private final Catalog catalog;
  private final ContentStore store;
  private final Programs programs;
  private final IdSource ids;
  private final JobAdmission admission;
  private final Reuse reuse;
  private final PartialReuse partial;
  private final Origins origins;
  private final LiveJobs live;

  /// @param worker outlives the balancer: close the balancer first
  /// @param resultsPolicy of the bucket for answers without an output, when it has to be made
  public Balancer(
      Catalog catalog,
      ContentStore store,
      Worker worker,
      Programs programs,
      IdSource ids,
      Clock clock,
      StoragePolicy resultsPolicy) {
    this.catalog = catalog;
    this.store = store;
    this.programs = programs;
    this.ids = ids;
    this.admission = new JobAdmission(catalog, programs, resultsPolicy);
    this.reuse = new Reuse(catalog);
    this.partial = new PartialReuse(catalog);
    this.origins = new Origins(catalog);
    this.live = new LiveJobs(catalog, store, worker, new AttemptLogs(catalog, store, ids), clock);
  }

  /// Goes on with all jobs that have not ended.
  ///
  /// @return how many go on
  public int resumeAll() {
    return resumeAll(ResumeRule.ALL);
  }

  /// Goes on with jobs that have not ended. A job that can't go on (an input or its instruction is
  /// gone, or `rule` refuses it) fails with the reason.
  ///
  /// @return how many go on
  public int resumeAll(ResumeRule rule) {
    int resumed = 0;
    Optional<JobId> before = Optional.empty();
    List<Job> page;
    do { // not all at once: records are kept as long as answers
      page = catalog.query(new CatalogQuery.ListJobs(before, RESUME_PAGE));
      for (Job job : page) {
        if (!job.state().ended() && live.find(job.id()).isEmpty()) {
          Optional<String> failure = resume(catalog.query(new CatalogQuery.GetJob(job.id())), rule);
          if (failure.isPresent()) {
            catalog.execute(new CatalogCommand.EndJob(job.id(), JobState.FAILED, failure.get()));
            LOG.info("event=job-not-resumed job={} why={}", job.id(), failure.get());
          } else {
            resumed++;
          }
        }
      }
      before = page.isEmpty() ? before : Optional.of(page.getLast().id());
    } while (page.size() == RESUME_PAGE);
    return resumed;
  }

  /// Returns why the job can't go on.
  private Optional<String> resume(Job job, ResumeRule rule) {
    try {
      List<TaskResult> done = catalog.query(new CatalogQuery.GetTasks(job.id()));
      Optional<String> refusal = rule.refusal(job, done.size());
      if (refusal.isEmpty()) {
        live.begin(job, admission.readmit(job), done);
        LOG.info("event=job-resumed job={} tasks={}", job.id(), done.size());
      }
      return refusal;
    } catch (MillraceException e) {
      if (e.code().kind() != ErrorCode.Kind.USER) {
        throw e;
      }
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      LOG.error("event=job-does-not-fit job={}", job.id(), e);
      return Optional.of(
          "job "
              + job.id()
              + ": its finished pieces don't fit what its program says now: submit it again");
    }
  }

  @Override
  public JobProgress submit(JobRequest request) {
    live.checkRoom();
    JobId id = new JobId(ids.timeOrdered());
    Asked asked = admission.ask(id, request);
    if (request.reuse() == JobRequest.Reuse.ALLOWED) {
      Optional<JobProgress> reused = reuse.answer(id, asked.result(), asked.bucket(), asked.key());
      if (reused.isPresent()) {
        return reused.get();
      }
    }
    Asked listed = admission.list(asked);
    Admitted admitted = admission.admit(listed);
    Optional<PartialReuse.Found> found =
        request.reuse() == JobRequest.Reuse.ALLOWED
            ? partial.find(admitted, asked.digest(), layout -> live.cutter(admitted, layout).cut())
            : Optional.empty();
    Optional<Sha256> record =
        request.reuse() == JobRequest.Reuse.APART ? Optional.empty() : Optional.of(listed.result());
    Provenance provenance = Provenance.of(asked.digest(), record);
    var accept =
        new CatalogCommand.AcceptJob(
            id,
            admitted.spec(),
            found.flatMap(PartialReuse.Found::key).orElseGet(store::newDataKey),
            Optional.of(found.map(from -> provenance.withTaken(from.from())).orElse(provenance)),
            found.map(PartialReuse.Found::takeOver));
    Job job;
    try {
      job = catalog.execute(accept);
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.TIMEOUT) {
        disown(id); // it may have been accepted; nobody knows of it
      }
      throw e;
    }
    boolean taken = job.provenance().flatMap(Provenance::tookFrom).isPresent();
    return taken && found.isPresent()
        ? live.begin(job, admitted, found.get().takeOver().results(), found.get().rest())
        : live.begin(job, admitted, List.of());
  }

  private void disown(JobId id) {
    try {
      String why = "job " + id + ": accepting it took too long: submit it again";
      catalog.execute(new CatalogCommand.EndJob(id, JobState.CANCELLED, why));
    } catch (MillraceException e) {
      LOG.warn("event=job-disown-failed job={} why={}", id, e.getMessage());
    }
  }

  @Override
  public JobProgress progress(JobId id) {
    return live.progress(id).orElseGet(() -> fromCatalog(id));
  }

  @Override
  public JobProgress await(JobId id, long revision, Duration atMost) {
    return live.await(id, revision, atMost).orElseGet(() -> fromCatalog(id));
  }

  @Override
  public void output(JobId id, OutputStream sink) {
    Optional<LiveJob> running = live.find(id);
    Job job;
    if (running.isPresent()) {
      AnswerStream answer = new AnswerStream(live, store, running.get());
      if (answer.writeWhileRunning(sink)) {
        return;
      }
      job = live.awaitEnd(running.get());
    } else {
      job = progress(id).job();
    }
    AnswerStream.requireSuccess(job);
    if (job.files().isPresent()) {
      throw AnswerStream.files(job);
    }
    ObjectRef ref = new ObjectRef(job.spec().outputBucket(), job.spec().outputKey(), job.output());
    if (catalog.query(new CatalogQuery.GetVersion(ref)) instanceof StoredVersion version) {
      store.open(version.stored()).transferTo(0, version.sizeBytes(), sink);
    } else {
      throw new IllegalStateException("bug: job " + id + " published a delete marker");
    }
  }

  @Override
  public Explanation explain(JobId id, int mostInputs) {
    return origins.explain(id, mostInputs);
  }

  @Override
  public JobProgress again(JobId id) {
    return submit(origins.again(id));
  }

  @Override
  public List<JobProgress> list() {
    return allJobs().stream()
        .map(job -> live.progress(job.id()).orElseGet(() -> JobViews.recorded(job, 0)))
        .toList();
  }

  private List<Job> allJobs() {
    List<Job> all = new ArrayList<>();
    Optional<JobId> before = Optional.empty();
    while (true) {
      List<Job> page = catalog.query(new CatalogQuery.ListJobs(before, PAGE));
      all.addAll(page);
      if (page.size() < PAGE) {
        return all;
      }
      before = Optional.of(page.getLast().id());
    }
  }

  @Override
  public JobProgress retryFailed(JobId id) {
    live.checkRoom();
    Job failed = catalog.query(new CatalogQuery.GetJob(id));
    Admitted admitted = admission.readmit(failed); // first: what can't run stays as it is
    Job job = catalog.execute(new CatalogCommand.RetryJob(id));
    return live.begin(job, admitted, catalog.query(new CatalogQuery.GetTasks(id)));
  }

  @Override
  public JobProgress cancel(JobId id) {
    Optional<JobProgress> cancelled = live.cancel(id);
    if (cancelled.isPresent()) {
      return cancelled.get();
    }
    JobProgress progress = fromCatalog(id);
    if (!progress.job().state().ended()) {
      String why = JobViews.cancelled(id);
      Job job = catalog.execute(new CatalogCommand.EndJob(id, JobState.CANCELLED, why));
      return JobViews.recorded(job, 0);
    }
    return progress;
  }

  @Override
  public List<InstructionInfo> instructions() {
    return programs.instructions().all().stream().map(Balancer::info).toList();
  }

  @Override
  public InstructionInfo instruction(String name) {
    return info(programs.instructions().find(name));
  }

  private static InstructionInfo info(Instruction instruction) {
    return new InstructionInfo(
        instruction.name(), instruction.usage(), instruction.description(), instruction.files());
  }

  private JobProgress fromCatalog(JobId id) {
    Job job = catalog.query(new CatalogQuery.GetJob(id));
    if (job.state() != JobState.SUCCEEDED) {
      return JobViews.recorded(job, 0);
    }
    if (job.files().isPresent()) {
      return JobViews.recorded(job, job.files().get().sizeBytes());
    }
    ObjectRef ref = new ObjectRef(job.spec().outputBucket(), job.spec().outputKey(), job.output());
    try {
      return catalog.query(new CatalogQuery.GetVersion(ref)) instanceof StoredVersion version
          ? JobViews.recorded(job, version.sizeBytes())
          : JobViews.recorded(job, 0);
    } catch (MillraceException e) {
      if (e.code().kind() == ErrorCode.Kind.USER) {
        return JobViews.recorded(job, 0); // the answer was removed since
      }
      throw e;
    }
  }

  /// Stops all work. Jobs that have not ended stay as they are in the catalog, with their finished
  /// tasks recorded.
  @Override
  public void close() {
    live.close();
  }
}
