package dev.millrace.client;

import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Priority;
import dev.millrace.model.Program;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Programs run over stored files.
public interface Jobs {
  /// Accepts a job; it begins at once. NO_SUCH_PROGRAM (names the nearest), INVALID_ARGUMENT,
  /// NO_SUCH_KEY for an input, NO_SUCH_BUCKET for the output.
  JobProgress submit(JobRequest request);

  /// What to run, over what.
  ///
  /// @param inputs in order; without a version the current one is meant, and fixed now
  /// @param labels how answers name each input; as many as inputs
  /// @param outputBucket with `outputKey`, where the answer is published; absent to keep it 7 days
  ///   among the results
  /// @param priority beside other jobs
  record JobRequest(
      Program program,
      List<ObjectRef> inputs,
      List<String> labels,
      Optional<BucketName> outputBucket,
      Optional<ObjectKey> outputKey,
      Priority priority) {
    public JobRequest {
      inputs = List.copyOf(inputs);
      labels = List.copyOf(labels);
    }

    /// A job of normal priority.
    public JobRequest(
        Program program,
        List<ObjectRef> inputs,
        List<String> labels,
        Optional<BucketName> outputBucket,
        Optional<ObjectKey> outputKey) {
      this(program, inputs, labels, outputBucket, outputKey, Priority.NORMAL);
    }
  }

  /// NO_SUCH_JOB.
  JobProgress progress(JobId id);

  /// Waits until the job's revision is past `revision`, or the time is up.
  JobProgress await(JobId id, long revision, Duration atMost);

  /// Writes the answer to `sink` in order, each part as soon as it is there, and returns when the
  /// job has succeeded and all was written. JOB_FAILED with the job's failure, CANCELLED.
  void output(JobId id, OutputStream sink);

  /// Newest first.
  List<JobProgress> list();

  /// Stops a job: nothing of it is published. Does nothing when it has ended.
  JobProgress cancel(JobId id);

  /// What can be run, for people.
  List<InstructionInfo> instructions();

  /// An instruction, described.
  ///
  /// @param usage as in `compress [--level 1..19] [--format zstd|gzip]`
  record InstructionInfo(String name, String usage, String description) {}
}
