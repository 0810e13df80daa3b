package dev.millrace.system.crash;

import dev.millrace.base.MillraceException;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.client.Jobs;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Millrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.node.EmbeddedNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// The process that is ended: runs jobs of one shape, one after the other, and says on standard
/// output where each of them is.
///
/// Lines: `AT moment key`, said as the moment begins, and with the job behind it when it was
/// accepted; `OLD key`, which has a version already; `ENDED key job state`.
public final class JobCrashWriter {
  static final BucketName BUCKET = new BucketName("crash");
  static final ObjectKey INPUT = new ObjectKey("input");

  /// What a key has that a job is to replace.
  static final byte[] OLD = "old\n".getBytes(StandardCharsets.US_ASCII);

  /// The end comes in the first few; it is no use to wait for it after so many.
  private static final int MOST_JOBS = 50;

  private static final Duration WAIT = Duration.ofSeconds(10);

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final Millrace millrace;
  private final Path home;
  private final JobShape shape;
  private final JobMoment moment;
  private final SplittableRandom random;

  private JobCrashWriter(Path home, JobShape shape, JobMoment moment, SplittableRandom random) {
    this.home = home;
    this.shape = shape;
    this.moment = moment;
    this.random = random;
    if (moment == JobMoment.RESUMING) {
      say("AT RESUMING all");
    }
    this.millrace = EmbeddedNode.open(home);
  }

  /// Arguments: home, what its keys begin with, shape, moment, seed.
  public static void main(String[] args) throws IOException {
    SplittableRandom random = new SplittableRandom(Long.parseLong(args[4]));
    JobShape shape = JobShape.valueOf(args[2]);
    JobMoment moment = JobMoment.valueOf(args[3]);
    JobCrashWriter writer = new JobCrashWriter(Path.of(args[0]), shape, moment, random);
    writer.prepare();
    if (random.nextBoolean()) {
      writer.submit(JobRequest.Reuse.FRESH, JobShape.COMMAND, "COMMAND." + args[1] + ".beside");
    }
    for (int number = 0; number < MOST_JOBS; number++) {
      writer.run(shape + "." + args[1] + "." + number);
    }
  }

  private void say(String line) {
    out.println(line);
  }

  private void prepare() {
    if (millrace.files().buckets().isEmpty()) {
      millrace.files().createBucket(BUCKET, Optional.empty());
    }
    try {
      millrace.files().stat(ObjectRef.current(BUCKET, INPUT));
    } catch (MillraceException e) {
      put(INPUT, JobInput.bytes());
    }
    for (JobProgress job : millrace.jobs().list()) {
      if (!job.job().state().ended()) {
        follow(job, job.job().spec().outputKey().value());
      }
    }
  }

  private void put(ObjectKey key, byte[] bytes) {
    millrace.files().put(PutRequest.of(BUCKET, key), new ByteArrayInputStream(bytes));
  }

  /// Where the file lies that makes a job succeed, and the same job once more.
  static Path flag(Path home, String key) {
    String[] parts = key.split("\\.", -1);
    return home.resolveSibling("flag-" + parts[0] + "-" + parts[1] + "-" + parts[2]);
  }

  private void run(String key) throws IOException {
    if (random.nextBoolean()) {
      put(new ObjectKey(shape.files() ? key + "/" + shape.firstFile() : key), OLD);
      say("OLD " + key);
    }
    JobProgress job = submit(JobRequest.Reuse.FRESH, shape, key);
    job = follow(job, key);
    if (moment == JobMoment.REUSING) {
      say("AT REUSING " + key);
      follow(submit(JobRequest.Reuse.ALLOWED, shape, key + ".again"), key + ".again");
    } else if (moment == JobMoment.RETRYING && job.job().state() == JobState.FAILED) {
      Files.createFile(flag(home, key));
      say("AT RETRYING " + key);
      follow(millrace.jobs().retryFailed(job.job().id()), key);
    }
  }

  private JobProgress submit(JobRequest.Reuse reuse, JobShape what, String key) {
    say("AT SUBMITTING " + key);
    JobProgress job = millrace.jobs().submit(request(home, reuse, what, key));
    say("AT ACCEPTED " + key + " " + job.job().id());
    return job;
  }

  static JobRequest request(Path home, JobRequest.Reuse reuse, JobShape what, String key) {
    return new JobRequest(
        what.program(flag(home, key)),
        List.of(ObjectRef.current(BUCKET, INPUT)),
        List.of(JobShape.LABEL),
        Optional.of(BUCKET),
        Optional.of(new ObjectKey(key)),
        what.options(),
        reuse,
        List.of());
  }

  /// Says each change of a job until it has ended.
  private JobProgress follow(JobProgress begun, String key) {
    Jobs jobs = millrace.jobs();
    JobId id = begun.job().id();
    JobProgress job = begun;
    int cancelAfterPieces = random.nextInt(1, 5);
    while (!job.job().state().ended()) {
      say("AT " + moment(job) + " " + key + " " + job.piecesDone() + "/" + job.piecesTotal());
      if (moment == JobMoment.CANCELLING && job.piecesDone() >= cancelAfterPieces) {
        say("AT CANCELLING " + key);
        job = jobs.cancel(id);
      } else {
        job = jobs.await(id, job.revision(), WAIT);
      }
    }
    say("ENDED " + key + " " + id + " " + job.job().state());
    if (job.job().state() == JobState.SUCCEEDED) {
      say("AT PUBLISHED " + key);
    }
    return job;
  }

  private JobMoment moment(JobProgress job) {
    boolean complete = job.piecesDone() == job.piecesTotal();
    boolean staged = shape == JobShape.SORT || shape == JobShape.REDUCE;
    if (moment == JobMoment.RESUMING) {
      return JobMoment.RESUMING;
    }
    if (complete) {
      return staged && job.stage() == 0 ? JobMoment.BETWEEN : JobMoment.PUBLISHING;
    }
    if (job.stage() > 0) {
      return JobMoment.STAGES;
    }
    return job.piecesDone() > 0 ? JobMoment.TASKS : JobMoment.PROBE;
  }
}
