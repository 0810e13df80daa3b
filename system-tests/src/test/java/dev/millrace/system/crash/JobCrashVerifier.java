package dev.millrace.system.crash;

import dev.millrace.base.Clock;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Jobs;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Millrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.node.EmbeddedNode;
import dev.millrace.system.crash.JobOutput.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Opens a home whose node was ended, and looks at its jobs: what is published is whole, what was
/// acknowledged holds, what was under way goes on to its end, and what failed or was cancelled can
/// be run again.
final class JobCrashVerifier {
  private static final Duration WAIT = Duration.ofSeconds(60);

  private final Path home;
  private final JobLog log;
  private final Jobs jobs;
  private final JobOutput output;
  private final Millrace millrace;
  private final List<String> faults = new ArrayList<>();
  private final Map<String, Integer> found = new TreeMap<>();

  private JobCrashVerifier(Path home, JobLog log, JobAnswers answers, Millrace millrace) {
    this.home = home;
    this.log = log;
    this.millrace = millrace;
    this.jobs = millrace.jobs();
    this.output = new JobOutput(millrace.files(), answers);
  }

  /// What was seen.
  ///
  /// @param jobs that were looked at
  /// @param found how many of them were how, when the home had just been opened
  record Report(int jobs, Map<String, Integer> found, List<String> faults) {}

  static Report verify(Path home, JobLog log, JobAnswers answers) throws IOException {
    try (Millrace millrace = EmbeddedNode.open(home)) {
      return new JobCrashVerifier(home, log, answers, millrace).verify();
    }
  }

  private Report verify() throws IOException {
    Map<String, JobProgress> atOnce = byKey();
    for (JobLog.Entry entry : log.submitted()) {
      if (!entry.settled()) {
        lookAtOnce(entry, atOnce);
      }
    }
    for (JobProgress job : jobs.list()) {
      consistent(end(job.job().id()));
    }
    Map<String, JobProgress> ended = byKey();
    for (JobLog.Entry entry : log.submitted()) {
      JobProgress job = ended.get(entry.key());
      if (job == null) {
        absent(entry);
      } else {
        lookAtEnd(entry, job.job());
      }
    }
    millrace.admin().scrub().damaged().forEach(line -> fault("damaged", line));
    return new Report(log.submitted().size(), found, faults);
  }

  private void fault(String what, Object why) {
    faults.add(what + ": " + why);
  }

  private Map<String, JobProgress> byKey() {
    Map<String, JobProgress> byKey = new HashMap<>();
    for (JobProgress job : jobs.list()) {
      String key = job.job().spec().outputKey().value();
      if (byKey.put(key, job) != null) {
        fault(key, "there are two jobs");
      }
    }
    return byKey;
  }

  /// Before anything that goes on can have come to its end; if it has all the same, it is whole.
  private void lookAtOnce(JobLog.Entry entry, Map<String, JobProgress> byKey) {
    Seen seen = seen(entry);
    JobProgress job = byKey.get(entry.key());
    if (seen == Seen.WRONG) {
      fault(entry.key(), "wrong bytes, job " + (job == null ? "not there" : job.job().state()));
    }
    found.merge(job == null ? "not accepted" : how(job), 1, Integer::sum);
  }

  private static String how(JobProgress job) {
    JobState state = job.job().state();
    if (state.ended()) {
      return state.toString();
    }
    String pieces =
        job.piecesDone() == 0
            ? "no piece"
            : job.piecesDone() < job.piecesTotal() ? "some pieces" : "all pieces";
    return "going on in stage " + job.stage() + " with " + pieces;
  }

  private Seen seen(JobLog.Entry entry) {
    return output.look(entry.shape(), JobCrashWriter.BUCKET, entry.key());
  }

  private JobProgress end(JobId id) {
    JobProgress job = jobs.progress(id);
    long deadline = Clock.system().nanoTime() + WAIT.toNanos();
    while (!job.job().state().ended() && Clock.system().nanoTime() < deadline) {
      job = jobs.await(id, job.revision(), WAIT);
    }
    return job;
  }

  private void consistent(JobProgress progress) {
    Job job = progress.job();
    boolean answered = job.output().isPresent() != job.files().isPresent();
    boolean fits =
        switch (job.state()) {
          case SUCCEEDED -> answered && job.failure().isEmpty();
          case FAILED, CANCELLED ->
              job.output().isEmpty()
                  && job.files().isEmpty()
                  && job.failure().orElse("").startsWith("job " + job.id() + ": ");
          case ACCEPTED, RUNNING -> false;
        };
    if (!fits || job.endedMillis() < job.createdMillis()) {
      fault("inconsistent", progress);
    }
  }

  private void absent(JobLog.Entry entry) {
    if (entry.id().isPresent()) {
      fault(entry.key(), "was accepted and is not there");
    }
    untouched(entry);
  }

  private void untouched(JobLog.Entry entry) {
    Seen seen = seen(entry);
    if (seen != (entry.old() ? Seen.OLD : Seen.NOTHING)) {
      fault(entry.key(), "nothing was published, but there is " + seen);
    }
  }

  private void lookAtEnd(JobLog.Entry entry, Job job) throws IOException {
    if (entry.id().isPresent() && !entry.id().get().equals(job.id())) {
      fault(entry.key(), "is another job, " + job.id());
    }
    if (!entry.allowed().contains(job.state())) {
      fault(entry.key(), job.state() + " in place of " + entry.allowed() + " " + job.failure());
    }
    if (job.state() == JobState.SUCCEEDED) {
      whole(entry);
    } else {
      untouched(entry);
    }
    if (!entry.settled()) {
      try {
        runAgain(entry, job);
      } catch (MillraceException e) {
        fault(entry.key(), "not run again: " + e.getMessage());
      }
    }
  }

  private void whole(JobLog.Entry entry) {
    Seen seen = seen(entry);
    if (seen != Seen.WHOLE) {
      fault(entry.key(), "succeeded, but there is " + seen);
    }
  }

  private void runAgain(JobLog.Entry entry, Job job) throws IOException {
    switch (job.state()) {
      case SUCCEEDED -> {
        reuse(entry);
        entry.settle(JobState.SUCCEEDED);
      }
      case FAILED -> {
        Path flag = JobCrashWriter.flag(home, entry.key());
        if (!Files.exists(flag)) {
          Files.createFile(flag);
        }
        succeed(entry, jobs.retryFailed(job.id()), JobCrashWriter.BUCKET, entry.key());
        entry.settle(JobState.SUCCEEDED);
      }
      case CANCELLED -> {
        JobProgress again = jobs.again(job.id());
        succeed(entry, again, BucketName.RESULTS, again.job().spec().outputKey().value());
        entry.settle(JobState.CANCELLED);
      }
      case ACCEPTED, RUNNING -> {} // a fault already
    }
  }

  private void reuse(JobLog.Entry entry) {
    String key = entry.key() + ".reuse";
    JobRequest request = JobCrashWriter.request(home, JobRequest.Reuse.ALLOWED, entry.shape(), key);
    succeed(entry, jobs.submit(request), JobCrashWriter.BUCKET, key);
  }

  private void succeed(JobLog.Entry entry, JobProgress begun, BucketName bucket, String key) {
    Job job = end(begun.job().id()).job();
    Seen seen = output.look(entry.shape(), bucket, key);
    if (job.state() != JobState.SUCCEEDED || seen != Seen.WHOLE) {
      fault(entry.key(), "run again: " + job.state() + " " + job.failure() + ", " + seen);
    }
  }
}
