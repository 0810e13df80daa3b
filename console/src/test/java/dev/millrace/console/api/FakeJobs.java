package dev.millrace.console.api;

import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Explanation;
import dev.millrace.client.Jobs;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Provenance;
import dev.millrace.model.Remaining;
import dev.millrace.model.Sha256;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Jobs that a test drives by hand: [#write] gives output, [#end] ends them.
final class FakeJobs implements Jobs {
  private static final class Running {
    final JobSpec spec;
    final ByteArrayOutputStream output = new ByteArrayOutputStream();
    JobState state = JobState.RUNNING;
    Optional<String> failure = Optional.empty();
    long revision = 1;
    final JobRequest.Reuse reuse;

    Running(JobSpec spec, JobRequest.Reuse reuse) {
      this.spec = spec;
      this.reuse = reuse;
    }
  }

  private final Map<JobId, Running> jobs = new LinkedHashMap<>();

  /// What was asked for last.
  volatile Optional<JobRequest> requested = Optional.empty();

  @Override
  public synchronized JobProgress submit(JobRequest request) {
    requested = Optional.of(request);
    JobId id = new JobId(new Id128(0xabcdef, jobs.size()));
    jobs.put(
        id,
        new Running(
            new JobSpec(
                request.program(),
                request.inputs(),
                request.labels(),
                request.outputBucket().orElse(BucketName.RESULTS),
                request.outputKey().orElse(new ObjectKey(id.toString()))),
            request.reuse()));
    return progress(id);
  }

  private static Provenance provenance(JobRequest.Reuse reuse) {
    Sha256 digest = Sha256.parse("00ff".repeat(16));
    JobId other = new JobId(new Id128(3, 4));
    return reuse == JobRequest.Reuse.ALLOWED
        ? new Provenance(
            digest,
            Optional.of(Sha256.parse("12".repeat(32))),
            Optional.of(other),
            Optional.of(new JobId(new Id128(3, 5))),
            List.of(new NodeId(new Id128(1, 1)), new NodeId(new Id128(1, 2))))
        : Provenance.of(digest, Optional.empty());
  }

  synchronized void write(JobId id, byte[] part) {
    Running job = find(id);
    job.output.writeBytes(part);
    job.revision++;
    notifyAll();
  }

  synchronized void end(JobId id, JobState state, Optional<String> failure) {
    Running job = find(id);
    job.state = state;
    job.failure = failure;
    job.revision++;
    notifyAll();
  }

  @Override
  public synchronized JobProgress progress(JobId id) {
    Running job = find(id);
    boolean done = job.state == JobState.SUCCEEDED;
    boolean files = job.spec.program().displayName().startsWith("split");
    return new JobProgress(
        new Job(
            id,
            job.spec,
            job.state,
            1_700_000_000_000L,
            job.state.ended() ? 1_700_000_000_001L : 0,
            new WrappedKey(1, Bytes.copyOf(new byte[] {1, 2, 3})),
            done && !files ? Optional.of(new VersionId(new Id128(5, 6))) : Optional.empty(),
            job.failure,
            List.of(),
            job.reuse == JobRequest.Reuse.APART
                ? Optional.empty()
                : Optional.of(provenance(job.reuse)),
            done && files ? Optional.of(new JobFiles(3, 1L << 40)) : Optional.empty()),
        job.revision,
        0,
        10,
        20,
        1,
        0,
        2,
        123,
        done ? Optional.empty() : Optional.of(new Remaining(77, 70, 90)),
        done ? Optional.empty() : Optional.of("task 1 has read nothing for 61 s"),
        job.output.size());
  }

  @Override
  public synchronized JobProgress await(JobId id, long revision, Duration atMost) {
    long deadline = Clock.system().nanoTime() + atMost.toNanos();
    Running job = find(id);
    while (job.revision <= revision && pause(deadline)) {}
    return progress(id);
  }

  private boolean pause(long deadline) {
    long left = deadline - Clock.system().nanoTime();
    if (left <= 0) {
      return false;
    }
    try {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      return true;
    } catch (InterruptedException e) {
      throw new MillraceException(ErrorCode.INTERRUPTED, "wait: interrupted: try again", e);
    }
  }

  @Override
  public void output(JobId id, OutputStream sink) {
    int sent = 0;
    while (true) {
      byte[] part;
      JobState state;
      Optional<String> failure;
      synchronized (this) {
        Running job = find(id);
        while (job.output.size() == sent && !job.state.ended()) {
          pause(Long.MAX_VALUE / 2 + Clock.system().nanoTime());
        }
        byte[] all = job.output.toByteArray();
        part = Arrays.copyOfRange(all, sent, all.length);
        sent = all.length;
        state = job.state;
        failure = job.failure;
      }
      try {
        sink.write(part);
        sink.flush();
      } catch (IOException e) {
        throw new MillraceException(ErrorCode.IO_ERROR, "sink: gone: mend it", e);
      }
      if (state.ended()) {
        switch (state) {
          case FAILED -> throw new MillraceException(ErrorCode.JOB_FAILED, failure.orElse(""));
          case CANCELLED -> throw new MillraceException(ErrorCode.CANCELLED, failure.orElse(""));
          case SUCCEEDED, ACCEPTED, RUNNING -> {
            return;
          }
        }
      }
    }
  }

  @Override
  public synchronized Explanation explain(JobId id, int mostInputs) {
    Job job = progress(id).job();
    return new Explanation(
        job,
        job,
        3,
        List.of(
            new Explanation.Input(
                new ObjectRef(
                    new BucketName("box"),
                    new ObjectKey("in"),
                    Optional.of(new VersionId(new Id128(5, 7)))),
                "first " + mostInputs,
                Optional.of(12L)),
            new Explanation.Input(
                ObjectRef.current(new BucketName("box"), new ObjectKey("gone")),
                "",
                Optional.empty())),
        List.of(new Explanation.Ancestor(id, true), new Explanation.Ancestor(id, false)));
  }

  @Override
  public synchronized JobProgress again(JobId id) {
    return progress(id);
  }

  @Override
  public synchronized List<JobProgress> list() {
    return jobs.keySet().stream().map(this::progress).toList().reversed();
  }

  @Override
  public synchronized JobProgress retryFailed(JobId id) {
    find(id).state = JobState.RUNNING;
    return progress(id);
  }

  @Override
  public synchronized JobProgress cancel(JobId id) {
    if (!find(id).state.ended()) {
      end(id, JobState.CANCELLED, Optional.of("job " + id + ": cancelled: run it again"));
    }
    return progress(id);
  }

  @Override
  public List<InstructionInfo> instructions() {
    return List.of(
        new InstructionInfo("count", "count [-l]", "Lines, wörds, bytes."),
        new InstructionInfo("split", "split [-l N]", "Cuts.", true));
  }

  @Override
  public InstructionInfo instruction(String name) {
    return instructions().stream()
        .filter(info -> info.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new MillraceException(
                ErrorCode.NO_SUCH_PROGRAM, "program '" + name + "': none: see `run`"));
  }

  private Running find(JobId id) {
    Running job = jobs.get(id);
    if (job == null) {
      throw new MillraceException(ErrorCode.NO_SUCH_JOB, "job " + id + ": not there: see `jobs`");
    }
    return job;
  }
}
