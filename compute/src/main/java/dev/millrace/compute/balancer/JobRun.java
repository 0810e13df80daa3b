package dev.millrace.compute.balancer;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.plan.Estimate;
import dev.millrace.compute.plan.Estimate.Pace;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.plan.SpeedWindow;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.worker.TaskOrder.Try;
import dev.millrace.model.FailureKind;
import dev.millrace.model.Job;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.Remaining;
import dev.millrace.model.TaskFailure;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The life of one job that has not ended, as a state machine without threads or clock:
///
/// ```
///            ┌────────── another stage ───────────┐
///            ▼                                    │
/// ACCEPTED ── first task ──► RUNNING ── all finished ──► PLANNING ──► PUBLISHING ──► SUCCEEDED
///    │                          │                           │             │
///    └──── cancel, failure ─────┴───────────────────────────┴─────────────┴─► STOPPING
///                                                                               │
///                                                              FAILED, CANCELLED ◄┘
/// ```
///
/// PLANNING asks what follows a stage; jobs of one stage pass it by. The tasks of the present stage
/// are in [StageRun]. A finished task stays so; its result is recorded in the catalog in batches,
/// for a balancer that goes on after a restart. STOPPING starts nothing more; it lasts until the
/// running attempts have stopped, or for two seconds. A cancel that comes while the answer is being
/// published stops its making; it has no effect when the answer is there.
///
/// A task that fails is tried again as its [FailureKind] says. One whose program fails, or hits a
/// limit, for good is set aside, and the others go on, since they may be run again alone
/// ([Duty.End#keepTasks]); but a job most of whose tasks fail ends at once. Any other failure ends
/// the job at once, as do files of an answer that can't be published together.
///
/// Not thread-safe. Times are nanoseconds of one monotonic clock.
final class JobRun {
  /// Finished tasks that are recorded at once when so many are waiting …
  static final int RECORD_TASKS = 64;

  /// … or when one has waited so long: what is lost with the node, and the rate of log entries.
  static final long RECORD_NANOS = 500_000_000L;

  /// About how many bytes one batch may have in the catalog's log, unless a single result has more.
  static final long RECORD_BYTES = ByteUnits.MIB;

  private static final int EXTENT_BYTES = 32;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /// How long attempts may take to stop before a job ends without them.
  static final long STOP_NANOS = 2_000_000_000L;

  /// Tries of a task that is lost again and again.
  static final int ATTEMPTS = 5;

  /// Tries of a task whose program fails or hits a limit.
  static final int PROGRAM_ATTEMPTS = 2;

  /// How many times its limits a task may use that hit one.
  static final int MORE_LIMITS = 2;

  /// When so many tasks were set aside and none is finished, the program is at fault.
  static final int HOPELESS_TASKS = 3;

  /// Tasks that may be set aside before the job ends; beyond them a tenth of all.
  static final int SET_ASIDE_TASKS = 16;

  static final long RETRY_NANOS = 200_000_000L;
  private static final long BACKOFF_NANOS = 200_000_000L;
  private static final long LONGEST_BACKOFF_NANOS = 2_000_000_000L;

  private enum Phase {
    RUNNING,
    PLANNING,
    PUBLISHING,
    STOPPING,
    ENDED
  }

  private final Combine combine;
  private final List<TaskFailure> failures = new ArrayList<>();
  private final List<TaskResult> unrecorded = new ArrayList<>();
  private final SpeedWindow speed = new SpeedWindow();
  private final Optional<FilesAnswer> files;
  private StageRun stage;
  private Job job;
  private Phase phase = Phase.RUNNING;
  private @Nullable MillraceException failure;

  /// Why files that tasks wrote can't be published together.
  private @Nullable MillraceException unpublishable;

  private boolean cancelled;
  private long stoppingSince;
  private long unrecordedSince;
  private long backoffNanos;
  private long quietUntil;
  private boolean quiet;
  private long answerBytes;
  private long revision;
  private long reportedBytes;

  /// @param rest the pieces of the input still to run
  /// @param done what was recorded of them already; together with `rest` the whole input
  /// @param firstRevision above any that this job had before
  JobRun(Job job, Combine combine, List<Piece> rest, List<TaskResult> done, long firstRevision) {
    this.job = job;
    this.combine = combine;
    this.revision = firstRevision;
    this.files =
        combine instanceof Combine.Files
            ? Optional.of(new FilesAnswer(job.spec().outputKey()))
            : Optional.empty();
    this.stage = new StageRun(0, rest, done);
    phase = stage.complete() ? behindStage() : Phase.RUNNING;
    for (TaskResult result : done) {
      takeFiles(result);
    }
    if (unpublishable != null) {
      failure = unpublishable;
      phase = Phase.STOPPING;
      stage.stop();
    }
  }

  private void takeFiles(TaskResult result) {
    try {
      files.ifPresent(answer -> answer.add(result));
    } catch (MillraceException e) {
      unpublishable = e;
    }
  }

  private Phase behindStage() {
    return combine instanceof Combine.Stages ? Phase.PLANNING : Phase.PUBLISHING;
  }

  Job job() {
    return job;
  }

  StageRun stage() {
    return stage;
  }

  boolean ended() {
    return phase == Phase.ENDED;
  }

  boolean stopping() {
    return phase == Phase.STOPPING;
  }

  /// Whether somebody wants the job to stop, which may come too late.
  boolean cancelled() {
    return cancelled;
  }

  long revision() {
    return revision;
  }

  /// What earlier jobs let expect of the pieces of the input.
  void expect(Pace pace) {
    if (stage.stage() == 0) {
      stage.expect(pace);
    }
  }

  /// The first piece that can run now; it stays waiting until [#started].
  Optional<Piece> next(long now) {
    return phase == Phase.RUNNING ? stage.next(now) : Optional.empty();
  }

  void started(int task, LongSupplier bytesRead, long now) {
    stage.started(task, bytesRead, now);
    if (job.state() == JobState.ACCEPTED) {
      job = job.running();
    }
    revision++;
  }

  void finished(TaskResult result, long now) {
    Check.that(result.stage() == stage.stage(), "task %s is of another stage", result.id());
    stage.stopped(result.task());
    if (phase == Phase.ENDED) {
      return;
    }
    stage.take(result);
    if (unrecorded.isEmpty()) {
      unrecordedSince = now;
    }
    unrecorded.add(result);
    stage.learnPace(result);
    takeFiles(result);
    if (unpublishable != null && phase == Phase.RUNNING) {
      stop(unpublishable, now);
    }
    settle(now);
    revision++;
  }

  /// A task failed: it is tried again when that makes sense, else it is set aside, or the job ends.
  ///
  /// @param how where and how the attempt failed
  void failed(Piece piece, MillraceException why, TaskFailure how, long now) {
    stage.stopped(piece.task());
    if (phase == Phase.RUNNING) {
      Try failed = stage.attempt(piece.task());
      boolean again = failed.number() < mostTries(how.kind());
      if (again) {
        int factor = how.kind() == FailureKind.LIMIT ? MORE_LIMITS : failed.limitFactor();
        long pause = how.kind() == FailureKind.LOST ? failed.number() * RETRY_NANOS : 0;
        stage.waitAgain(piece, new Try(failed.number() + 1, factor), now + pause);
      } else {
        giveUp(why, how, now);
      }
    }
    revision++;
  }

  private static int mostTries(FailureKind kind) {
    return switch (kind) {
      case LOST -> ATTEMPTS;
      case PROGRAM, LIMIT -> PROGRAM_ATTEMPTS;
      case FINAL -> 1;
    };
  }

  private void giveUp(MillraceException why, TaskFailure how, long now) {
    if (failures.size() < Job.FAILURES) {
      failures.add(how);
      job = job.withFailures(failures);
    }
    if (failure == null) {
      failure = why;
    }
    stage.setAside();
    int aside = stage.setAsideTasks();
    boolean hopeless =
        switch (how.kind()) {
          case LOST, FINAL -> true;
          case PROGRAM, LIMIT ->
              (stage.finishedTasks() == 0 && aside >= HOPELESS_TASKS)
                  || aside > Math.max(SET_ASIDE_TASKS, stage.tasks() / 10);
        };
    if (hopeless) {
      stop(why, now);
    } else {
      settle(now);
    }
  }

  /// Goes on when nothing of the stage is left to run.
  private void settle(long now) {
    if (phase == Phase.RUNNING && stage.complete()) {
      phase = behindStage();
      calm();
    } else if (phase == Phase.RUNNING && stage.idle()) {
      stop(failure, now);
    }
  }

  /// The plan has come to a further stage.
  ///
  /// @param rest its pieces still to run
  /// @param done what was recorded of them already
  void begin(int number, List<Piece> rest, List<TaskResult> done) {
    Check.that(
        phase == Phase.PLANNING && number == stage.stage() + 1, "stage %d in %s", number, phase);
    stage = new StageRun(number, rest, done);
    phase = stage.complete() ? Phase.PLANNING : Phase.RUNNING;
    reportedBytes = 0;
    revision++;
  }

  /// No stage follows: the output of the present one is the answer.
  void planned() {
    Check.that(phase == Phase.PLANNING, "planned in %s", phase);
    phase = Phase.PUBLISHING;
    revision++;
  }

  /// The plan failed.
  void planFailed(MillraceException why, long now) {
    Check.that(phase == Phase.PLANNING, "plan failed in %s", phase);
    stop(why, now);
    revision++;
  }

  void cancel(long now) {
    if (phase == Phase.ENDED || phase == Phase.STOPPING) {
      return;
    }
    cancelled = true;
    if (phase == Phase.RUNNING || phase == Phase.PLANNING) {
      failure = null;
      stop(null, now);
    }
    revision++;
  }

  private void stop(@Nullable MillraceException why, long now) {
    failure = why;
    phase = Phase.STOPPING;
    stoppingSince = now;
    stage.stop();
    calm();
  }

  /// What to do in the catalog now.
  Duty duty(long now) {
    if (quiet && now - quietUntil < 0) {
      return new Duty.Await();
    }
    return switch (phase) {
      case RUNNING -> recordDue(now) ? new Duty.Save(batch()) : new Duty.Await();
      // Recorded first, so that publishing frees what the answer does not name.
      case PLANNING ->
          unrecorded.isEmpty()
              ? new Duty.Plan(stage.stage(), stage.results())
              : new Duty.Save(batch());
      case PUBLISHING -> new Duty.Publish();
      case STOPPING -> {
        if (stage.runningTasks() > 0 && now - stoppingSince < STOP_NANOS) {
          yield new Duty.Await();
        }
        // Recorded first, so that ending the job frees what they wrote.
        yield unrecorded.isEmpty() ? end() : new Duty.Save(batch());
      }
      case ENDED -> new Duty.Done();
    };
  }

  private Duty end() {
    MillraceException why = failure;
    if (why == null) {
      return new Duty.End(JobState.CANCELLED, JobViews.cancelled(job.id()), List.of(), false);
    }
    boolean setAside = unpublishable == null && setAsideOnly();
    boolean keep = setAside && stage.stage() + stage.finishedTasks() > 0;
    String message = String.valueOf(why.getMessage());
    if (setAside) {
      message =
          keep ? JobViews.setAside(job.id(), stage, message) : JobViews.failed(job.id(), message);
    }
    return new Duty.End(JobState.FAILED, message, List.copyOf(failures), keep);
  }

  private boolean setAsideOnly() {
    return !failures.isEmpty()
        && failures.stream()
            .noneMatch(how -> how.kind() == FailureKind.FINAL || how.kind() == FailureKind.LOST);
  }

  /// What would be recorded if the node stopped now.
  List<TaskResult> batch() {
    int count = 0;
    long bytes = 0;
    while (count < Math.min(RECORD_TASKS, unrecorded.size())) {
      TaskResult result = unrecorded.get(count);
      bytes += result.state().length() + (long) EXTENT_BYTES * result.output().extents().size();
      if (count > 0 && bytes > RECORD_BYTES) {
        break;
      }
      count++;
    }
    return List.copyOf(unrecorded.subList(0, count));
  }

  private boolean recordDue(long now) {
    return unrecorded.size() >= RECORD_TASKS
        || (!unrecorded.isEmpty() && now - unrecordedSince >= RECORD_NANOS);
  }

  /// The first `count` results of [#batch] are recorded.
  void recorded(int count, long now) {
    unrecorded.subList(0, count).clear();
    unrecordedSince = now;
    calm();
  }

  /// Recording failed. While the job runs it is tried again later: it only saves work.
  void recordFailed(long now) {
    if (phase == Phase.STOPPING) {
      unrecorded.clear(); // what they wrote is swept later
    } else {
      backOff(now);
    }
  }

  /// Publishing failed: tried again when the failure may pass and nobody cancelled.
  void publishFailed(MillraceException why, long now) {
    Check.that(phase == Phase.PUBLISHING, "publish failed in %s", phase);
    if (cancelled) {
      phase = Phase.STOPPING;
      stoppingSince = now;
      calm();
    } else if (why.code().kind() == ErrorCode.Kind.RETRYABLE) {
      backOff(now);
    } else {
      stop(why, now);
    }
    revision++;
  }

  /// Ending the job in the catalog failed.
  void endFailed(MillraceException why, long now) {
    if (why.code().kind() == ErrorCode.Kind.RETRYABLE
        || why.code().kind() == ErrorCode.Kind.EXHAUSTED) {
      backOff(now);
      revision++;
      return;
    }
    MillraceException reason = failure == null ? why : failure;
    ended(
        job.stopped(
            failure == null ? JobState.CANCELLED : JobState.FAILED,
            job.createdMillis(),
            String.valueOf(reason.getMessage()),
            failures));
  }

  /// The job as the catalog ended it.
  void ended(Job last) {
    Check.that(last.state().ended(), "job in %s", last.state());
    job = last;
    phase = Phase.ENDED;
    stage.stop();
    unrecorded.clear();
    revision++;
  }

  /// Why the job can't succeed any more, while it is stopping or after.
  Optional<MillraceException> failure() {
    return Optional.ofNullable(failure);
  }

  /// Cuts again what was not begun of the input.
  ///
  /// @param cut the pieces from the one that it is given on
  void recut(Function<Piece, List<Piece>> cut) {
    if (phase == Phase.RUNNING && stage.stage() == 0) {
      stage.untouched().ifPresent(from -> stage.recut(cut.apply(from)));
      revision++;
    }
  }

  /// Takes note of the time and of what running tasks have read.
  void tick(long now) {
    stage.tick(now);
    long bytes = stage.bytesDone();
    speed.sample(now, bytes);
    if (bytes != reportedBytes) {
      reportedBytes = bytes;
      revision++;
    }
  }

  /// @param usableSlots slots that this job can count on
  JobProgress progress(long now, int usableSlots) {
    boolean succeeded = phase == Phase.ENDED && job.state() == JobState.SUCCEEDED;
    long total = stage.totalBytes();
    long done = succeeded ? total : stage.bytesDone();
    Optional<Remaining> remaining =
        switch (phase) {
          case RUNNING, PLANNING, PUBLISHING ->
              Estimate.remaining(
                  total - done + laterBytes(),
                  stage.paces(now),
                  stage.pacesToCome(),
                  Math.min(usableSlots, stage.waitingTasks() + stage.runningTasks()));
          case STOPPING, ENDED -> Optional.empty();
        };
    return new JobProgress(
        job,
        revision,
        stage.stage(),
        done,
        total,
        stage.finishedTasks(),
        stage.setAsideTasks(),
        stage.tasks(),
        phase == Phase.ENDED ? 0 : speed.bytesPerSecond(),
        remaining,
        stall(now),
        outputBytes());
  }

  private Optional<String> stall(long now) {
    return stage
        .stall(now)
        .map(stall ->
            "task "
                + new TaskId(stage.stage(), stall.task())
                + " has read nothing for "
                + stall.nanos() / NANOS_PER_SECOND
                + " s");
  }

  /// About how many bytes later stages will read.
  private long laterBytes() {
    return combine instanceof Combine.Stages stages
        ? Math.max(0, stages.plan().passes() - stage.stage()) * stage.totalBytes()
        : 0;
  }

  private long outputBytes() {
    return combine instanceof Combine.ConcatenateInOrder ? stage.bytesInOrder() : answerBytes;
  }

  /// The answer of a job that is there only at its end.
  void answered(long bytes) {
    answerBytes = bytes;
  }

  private void backOff(long now) {
    backoffNanos = Math.clamp(backoffNanos * 2, BACKOFF_NANOS, LONGEST_BACKOFF_NANOS);
    quietUntil = now + backoffNanos;
    quiet = true;
  }

  private void calm() {
    backoffNanos = 0;
    quiet = false;
  }
}
