package dev.millrace.compute.balancer;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentStore;
import dev.millrace.compute.program.Combine;
import dev.millrace.model.Job;
import dev.millrace.model.JobState;
import dev.millrace.model.Stored;
import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/// Reads the answer of a job that still runs, piece by piece in order.
final class AnswerStream {
  private final LiveJobs jobs;
  private final ContentStore store;
  private final LiveJob live;

  AnswerStream(LiveJobs jobs, ContentStore store, LiveJob live) {
    this.jobs = jobs;
    this.store = store;
    this.live = live;
  }

  /// Writes each piece as soon as it is finished, and returns when the job has succeeded.
  ///
  /// @return false when the answer is there only at the end; nothing was written then
  boolean writeWhileRunning(OutputStream sink) {
    switch (live.call.combine()) {
      case Combine.Aggregate _, Combine.Stages _ -> {
        return false;
      }
      case Combine.Files _ -> throw files(live.run.job());
      case Combine.ConcatenateInOrder _ -> {}
    }
    for (int task = 0; task < live.run.stage().tasks(); task++) {
      Optional<TaskResult> result = jobs.awaitResult(live, task);
      if (result.isEmpty()) {
        break; // the job stops without its answer
      }
      write(result.get(), sink);
    }
    requireSuccess(jobs.awaitEnd(live));
    return true;
  }

  private void write(TaskResult result, OutputStream sink) {
    Job job = live.run.job();
    long size = result.output().sizeBytes();
    Stored piece = LiveJob.sealed(job, result);
    try {
      store.open(piece).transferTo(0, size, sink);
      sink.flush();
    } catch (MillraceException e) {
      if (!(e.getCause() instanceof IOException) && jobs.stopped(live)) {
        requireSuccess(jobs.awaitEnd(live)); // its pieces were freed under our hands
      }
      throw e;
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "answer of job " + job.id() + ": " + e + ": read it again", e);
    }
  }

  /// An answer that is files can't be read as one stream.
  static MillraceException files(Job job) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "answer of job "
            + job.id()
            + ": it is files, not one stream: read them from mr://"
            + job.spec().outputBucket()
            + "/"
            + job.spec().outputKey()
            + "/ when the job has succeeded");
  }

  /// @throws MillraceException JOB_FAILED with the job's own failure, CANCELLED, or UNAVAILABLE for
  ///   one that nobody runs
  static void requireSuccess(Job job) {
    if (job.state() == JobState.SUCCEEDED) {
      return;
    }
    ErrorCode code =
        switch (job.state()) {
          case FAILED -> ErrorCode.JOB_FAILED;
          case CANCELLED -> ErrorCode.CANCELLED;
          case SUCCEEDED, ACCEPTED, RUNNING -> ErrorCode.UNAVAILABLE;
        };
    throw new MillraceException(
        code,
        job.failure()
            .orElseGet(
                () -> "job " + job.id() + ": it is not running on this node: try again later"));
  }
}
