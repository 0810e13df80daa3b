package dev.millrace.compute.balancer;

import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import java.util.Optional;

/// How a job looks that is not running here.
final class JobViews {
  /// The revision of every ended job: larger than any that a running one reaches, and still exact
  /// as a double, for readers of JSON.
  static final long ENDED_REVISION = (1L << 53) - 1;

  private JobViews() {}

  /// A job of which only the catalog's record is left; its pieces were forgotten.
  static JobProgress recorded(Job job, long outputBytes) {
    long revision = job.state().ended() ? ENDED_REVISION : 0;
    return new JobProgress(
        job, revision, 0, 0, 0, 0, 0, 0, 0, Optional.empty(), Optional.empty(), outputBytes);
  }

  static JobProgress ended(JobProgress last) {
    return new JobProgress(
        last.job(),
        ENDED_REVISION,
        last.stage(),
        last.inputBytesDone(),
        last.inputBytesTotal(),
        last.piecesDone(),
        last.piecesFailed(),
        last.piecesTotal(),
        0,
        Optional.empty(),
        Optional.empty(),
        last.outputBytes());
  }

  /// Why a job failed whose other tasks are kept.
  ///
  /// @param first what the first task failed with
  static String setAside(JobId id, StageRun stage, String first) {
    return "job "
        + id
        + ": "
        + stage.setAsideTasks()
        + " of "
        + stage.tasks()
        + " tasks failed: "
        + first
        + ", then 'millrace retry "
        + id
        + " --failed', which keeps what is done";
  }

  /// Why a job failed of which nothing is kept.
  ///
  /// @param first what its first task failed with
  static String failed(JobId id, String first) {
    return first + ", and see 'millrace job " + id + "'";
  }

  static String cancelled(JobId id) {
    return "job " + id + ": it was cancelled: submit it again";
  }
}
