package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.cli.show.Printable;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import java.util.Locale;

/// Jobs as the command line reads and shows them.
final class JobText {
  private JobText() {}

  static JobId parse(String text) {
    try {
      return JobId.parse(text);
    } catch (MillraceException e) {
      throw new UsageException(
          "'" + Text.printable(text) + "' is no job's id: copy one from 'millrace jobs'");
    }
  }

  static String state(JobProgress progress) {
    return progress.job().state().name().toLowerCase(Locale.ROOT);
  }

  /// `45%`, or `-` while nothing is known.
  static String done(JobProgress progress) {
    if (progress.job().state() == JobState.SUCCEEDED) {
      return "100%";
    }
    long total = progress.inputBytesTotal();
    return total <= 0 ? "-" : Math.min(100, progress.inputBytesDone() * 100 / total) + "%";
  }

  /// `3 of 17 pieces`.
  static String pieces(JobProgress progress) {
    return progress.piecesDone() + " of " + Printable.count(progress.piecesTotal(), "piece");
  }

  static String speed(JobProgress progress) {
    return progress.bytesPerSecond() > 0 ? ByteUnits.format(progress.bytesPerSecond()) + "/s" : "-";
  }

  static String remaining(JobProgress progress) {
    return progress.job().state().ended()
        ? "-"
        : progress.remaining().map(left -> Printable.duration(left.millis())).orElse("-");
  }

  /// As [#remaining], with the range in which it lies.
  static String remainingRange(JobProgress progress) {
    String range =
        progress
            .remaining()
            .filter(left -> left.leastMillis() < left.mostMillis())
            .map(left ->
                " ("
                    + Printable.duration(left.leastMillis())
                    + " to "
                    + Printable.duration(left.mostMillis())
                    + ")")
            .orElse("");
    return remaining(progress) + range;
  }

  /// The failure of a job that did not succeed.
  static MillraceException failure(Job job) {
    boolean cancelled = job.state() == JobState.CANCELLED;
    return new MillraceException(
        cancelled ? ErrorCode.CANCELLED : ErrorCode.JOB_FAILED,
        job.failure()
            .orElse(
                "job "
                    + job.id()
                    + (cancelled
                        ? ": it was cancelled: run it again"
                        : ": it failed without saying why: see the node's log")));
  }
}
