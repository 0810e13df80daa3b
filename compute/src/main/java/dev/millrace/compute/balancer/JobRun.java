package dev.millrace.compute.balancer;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.plan.Estimate;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.plan.SpeedWindow;
import dev.millrace.compute.program.Combine;
import dev.millrace.model.Job;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.TaskResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The life of one job that has not ended, as a state machine without threads or clock:
///
/// ```
/// ACCEPTED ── first task ──► RUNNING ── all finished ──► PUBLISHING ──► SUCCEEDED
///    │                          │                             │
///    └──────── cancel, failure ─┴─────────────────────────────┴─► STOPPING ──► FAILED, CANCELLED
/// ```
///
/// A piece is *waiting*, *running* or *finished*. A finished one stays; its result is recorded in
/// the catalog in batches, for a balancer that goes on after a restart. STOPPING starts nothing
/// more; it lasts until the running attempts have stopped, or for two seconds. A cancel that comes
/// while the answer is being published has an effect only when that fails.
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

  /// How long attempts may take to stop before a job ends without them.
  static final long STOP_NANOS = 2_000_000_000L;

  static final int ATTEMPTS = 5;
  static final long RETRY_NANOS = 200_000_000L;
  private static final long BACKOFF_NANOS = 200_000_000L;
  private static final long LONGEST_BACKOFF_NANOS = 2_000_000_000L;
  private static final int SPEEDS = 64;
  private static final long SPEED_AFTER_NANOS = 1_000_000_000L;

  private enum Phase {
    RUNNING,
    PUBLISHING,
    STOPPING,
    ENDED
  }

  private record Running(long startedNanos, LongSupplier bytesRead) {}

  private final Combine combine;
  private final long totalBytes;
  private final @Nullable TaskResult[] results;
  private final NavigableMap<Integer, Piece> waiting = new TreeMap<>();
  private final Map<Integer, Running> running = new HashMap<>();
  private final Map<Integer, Integer> failures = new HashMap<>();
  private final Map<Integer, Long> notBefore = new HashMap<>();
  private final List<TaskResult> unrecorded = new ArrayList<>();
  private final SpeedWindow speed = new SpeedWindow();
  private final double[] speeds = new double[SPEEDS];
  private int speedCount;
  private Job job;
  private Phase phase = Phase.RUNNING;
  private @Nullable MillraceException failure;
  private boolean cancelled;
  private long stoppingSince;
  private long unrecordedSince;
  private long backoffNanos;
  private long quietUntil;
  private boolean quiet;
  private int finished;
  private int inOrder;
  private long finishedBytes;
  private long outputBytes;
  private long revision;
  private long reportedBytes;

  /// @param rest the pieces still to run
  /// @param done what was recorded already; together with `rest` the whole input
  /// @param firstRevision above any that this job had before
  JobRun(Job job, Combine combine, List<Piece> rest, List<TaskResult> done, long firstRevision) {
    this.job = job;
    this.combine = combine;
    this.results = new TaskResult[rest.size() + done.size()];
    this.revision = firstRevision;
    long total = 0;
    for (Piece piece : rest) {
      waiting.put(piece.task(), piece);
      total += piece.lengthBytes();
    }
    for (TaskResult result : done) {
      total += result.inputBytes();
      take(result);
    }
    this.totalBytes = total;
    Check.that(waiting.size() == rest.size(), "a task is there twice");
    phase = finished == results.length ? Phase.PUBLISHING : Phase.RUNNING;
  }

  Job job() {
    return job;
  }

  int pieces() {
    return results.length;
  }

  int runningTasks() {
    return running.size();
  }

  boolean ended() {
    return phase == Phase.ENDED;
  }

  boolean stopping() {
    return phase == Phase.STOPPING;
  }

  long revision() {
    return revision;
  }

  /// A task's result, once it is finished.
  Optional<TaskResult> result(int task) {
    return Optional.ofNullable(results[task]);
  }

  /// All results, when all are there.
  List<TaskResult> results() {
    List<TaskResult> all = new ArrayList<>(results.length);
    for (TaskResult result : results) {
      if (result == null) {
        throw new IllegalStateException("bug: a result is missing");
      }
      all.add(result);
    }
    return all;
  }

  /// The first piece that can run now; it stays waiting until [#started].
  Optional<Piece> next(long now) {
    if (phase != Phase.RUNNING) {
      return Optional.empty();
    }
    for (Piece piece : waiting.values()) {
      Long from = notBefore.get(piece.task());
      if (from == null || now - from >= 0) {
        return Optional.of(piece);
      }
    }
    return Optional.empty();
  }

  void started(int task, LongSupplier bytesRead, long now) {
    Check.that(waiting.remove(task) != null, "task %d was not waiting", task);
    running.put(task, new Running(now, bytesRead));
    if (job.state() == JobState.ACCEPTED) {
      job = withState(JobState.RUNNING);
    }
    revision++;
  }

  void finished(TaskResult result, long now) {
    Check.that(running.remove(result.task()) != null, "task %d was not running", result.task());
    if (phase == Phase.ENDED) {
      return;
    }
    take(result);
    if (unrecorded.isEmpty()) {
      unrecordedSince = now;
    }
    unrecorded.add(result);
    learnSpeed(result);
    if (phase == Phase.RUNNING && finished == results.length) {
      phase = Phase.PUBLISHING;
      calm();
    }
    revision++;
  }

  /// A task failed: it is tried again when the failure may pass, else the job ends with it.
  void failed(Piece piece, MillraceException why, long now) {
    Check.that(running.remove(piece.task()) != null, "task %d was not running", piece.task());
    if (phase == Phase.RUNNING) {
      int tries = failures.merge(piece.task(), 1, Integer::sum);
      if (why.code().kind() == ErrorCode.Kind.RETRYABLE && tries < ATTEMPTS) {
        waiting.put(piece.task(), piece);
        notBefore.put(piece.task(), now + tries * RETRY_NANOS);
      } else {
        stop(why, now);
      }
    }
    revision++;
  }

  void cancel(long now) {
    if (phase == Phase.ENDED || phase == Phase.STOPPING) {
      return;
    }
    cancelled = true;
    if (phase == Phase.RUNNING) {
      phase = Phase.STOPPING;
      stoppingSince = now;
      waiting.clear();
      calm();
    }
    revision++;
  }

  private void stop(MillraceException why, long now) {
    failure = why;
    phase = Phase.STOPPING;
    stoppingSince = now;
    waiting.clear();
    calm();
  }

  /// What to do in the catalog now.
  Duty duty(long now) {
    if (quiet && now - quietUntil < 0) {
      return new Duty.Await();
    }
    return switch (phase) {
      case RUNNING -> recordDue(now) ? new Duty.Save(batch()) : new Duty.Await();
      case PUBLISHING -> new Duty.Publish();
      case STOPPING -> {
        if (!running.isEmpty() && now - stoppingSince < STOP_NANOS) {
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
    return why == null
        ? new Duty.End(JobState.CANCELLED, JobViews.cancelled(job.id()))
        : new Duty.End(JobState.FAILED, String.valueOf(why.getMessage()));
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
        new Job(
            job.id(),
            job.spec(),
            failure == null ? JobState.CANCELLED : JobState.FAILED,
            job.createdMillis(),
            job.createdMillis(),
            job.sessionKey(),
            Optional.empty(),
            Optional.of(String.valueOf(reason.getMessage())),
            job.provenance()));
  }

  /// The job as the catalog ended it.
  void ended(Job last) {
    Check.that(last.state().ended(), "job in %s", last.state());
    job = last;
    phase = Phase.ENDED;
    waiting.clear();
    unrecorded.clear();
    revision++;
  }

  /// Why the job can't succeed any more, while it is stopping or after.
  Optional<MillraceException> failure() {
    return Optional.ofNullable(failure);
  }

  /// Takes note of the time and of what running tasks have read.
  void tick(long now) {
    long bytes = bytesDone();
    speed.sample(now, bytes);
    if (bytes != reportedBytes) {
      reportedBytes = bytes;
      revision++;
    }
  }

  /// @param usableSlots slots that this job can count on
  JobProgress progress(long now, int usableSlots) {
    long done =
        phase == Phase.ENDED && job.state() == JobState.SUCCEEDED ? totalBytes : bytesDone();
    Optional<Long> remaining =
        phase == Phase.RUNNING || phase == Phase.PUBLISHING
            ? Estimate.remainingMillis(
                totalBytes - done,
                samples(now),
                results.length,
                Math.min(usableSlots, waiting.size() + running.size()))
            : Optional.empty();
    return new JobProgress(
        job,
        revision,
        done,
        totalBytes,
        finished,
        results.length,
        phase == Phase.ENDED ? 0 : speed.bytesPerSecond(),
        remaining,
        outputBytes);
  }

  /// The answer of an aggregating job is there.
  void answered(long bytes) {
    outputBytes = bytes;
  }

  private long bytesDone() {
    long bytes = finishedBytes;
    for (Running task : running.values()) {
      bytes += task.bytesRead().getAsLong();
    }
    return Math.min(bytes, totalBytes);
  }

  private double[] samples(long now) {
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < Math.min(speedCount, SPEEDS); i++) {
      all.add(speeds[i]);
    }
    for (Running task : running.values()) {
      long elapsed = now - task.startedNanos();
      long bytes = task.bytesRead().getAsLong();
      if (elapsed >= SPEED_AFTER_NANOS && bytes > 0) {
        all.add(bytes * 1e9 / elapsed);
      }
    }
    return all.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private void learnSpeed(TaskResult result) {
    if (result.inputBytes() > 0) {
      speeds[speedCount % SPEEDS] =
          result.inputBytes() * 1000.0 / Math.max(1, result.elapsedMillis());
      speedCount++;
    }
  }

  private void take(TaskResult result) {
    Check.that(
        result.task() < results.length && results[result.task()] == null,
        "task %d of %d finished twice",
        result.task(),
        results.length);
    results[result.task()] = result;
    finished++;
    finishedBytes += result.inputBytes();
    for (; inOrder < results.length; inOrder++) {
      TaskResult next = results[inOrder];
      if (next == null) {
        break;
      }
      if (combine instanceof Combine.ConcatenateInOrder) {
        outputBytes += next.output().sizeBytes();
      }
    }
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

  private Job withState(JobState state) {
    return new Job(
        job.id(),
        job.spec(),
        state,
        job.createdMillis(),
        job.endedMillis(),
        job.sessionKey(),
        job.output(),
        job.failure(),
        job.provenance());
  }
}
