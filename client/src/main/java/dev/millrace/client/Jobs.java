package dev.millrace.client;

import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobProgress;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Programs run over stored files.
public interface Jobs {
  /// Accepts a job; it begins at once, or has succeeded when its answer is there already
  /// ([JobRequest.Reuse]). NO_SUCH_PROGRAM (names the nearest), INVALID_ARGUMENT, PLUGIN_FAILED,
  /// SANDBOX_INCOMPLETE, NO_SUCH_KEY for an input, NO_SUCH_BUCKET for the output.
  JobProgress submit(JobRequest request);

  /// What to run, over what.
  ///
  /// @param inputs in order; without a version the current one is meant, and fixed now
  /// @param labels how answers name each input; as many as inputs
  /// @param outputBucket with `outputKey`, where the answer is published; absent to keep it 7 days
  ///   among the results
  /// @param outputKey for an answer that is files the prefix of their keys, with or without a `/`
  ///   behind it
  /// @param reuse whether an earlier answer will do
  /// @param prefixes inputs that are named by what their keys begin with, in order
  record JobRequest(
      Program program,
      List<ObjectRef> inputs,
      List<String> labels,
      Optional<BucketName> outputBucket,
      Optional<ObjectKey> outputKey,
      JobOptions options,
      Reuse reuse,
      List<PrefixInput> prefixes) {
    /// What a job may have of earlier ones.
    public enum Reuse {
      /// When the same job was run before, its answer is given again, by reference.
      ALLOWED,
      /// Everything is computed anew, and that answer is the one to give again.
      FRESH,
      /// Everything is computed anew, and nobody is given the answer again.
      APART
    }

    public JobRequest {
      inputs = List.copyOf(inputs);
      labels = List.copyOf(labels);
      prefixes = List.copyOf(prefixes);
    }

    /// A job whose inputs are named one by one.
    public JobRequest(
        Program program,
        List<ObjectRef> inputs,
        List<String> labels,
        Optional<BucketName> outputBucket,
        Optional<ObjectKey> outputKey,
        Reuse reuse) {
      this(program, inputs, labels, outputBucket, outputKey, JobOptions.USUAL, reuse, List.of());
    }

    /// A job for which an earlier answer will do.
    public JobRequest(
        Program program,
        List<ObjectRef> inputs,
        List<String> labels,
        Optional<BucketName> outputBucket,
        Optional<ObjectKey> outputKey) {
      this(program, inputs, labels, outputBucket, outputKey, Reuse.ALLOWED);
    }
  }

  /// All objects whose keys begin with `prefix`, in order of their keys, as they are when the job
  /// is accepted. A request stays small however many they are, and need not be listed to be
  /// answered again.
  ///
  /// @param before how many of the inputs that are named one by one come first
  /// @param labelHead answers name each input by this and its key behind it
  record PrefixInput(int before, BucketName bucket, String prefix, String labelHead) {}

  /// NO_SUCH_JOB.
  JobProgress progress(JobId id);

  /// Waits until the job's revision is past `revision`, or the time is up.
  JobProgress await(JobId id, long revision, Duration atMost);

  /// Writes the answer to `sink` in order, each part as soon as it is there, and returns when the
  /// job has succeeded and all was written. JOB_FAILED with the job's failure, CANCELLED;
  /// INVALID_ARGUMENT, saying where they are, when the answer is files.
  void output(JobId id, OutputStream sink);

  /// Where a job's answer comes from. NO_SUCH_JOB.
  ///
  /// @param mostInputs how many inputs to name; each costs a look-up
  Explanation explain(JobId id, int mostInputs);

  /// Runs the same job over the same versions once more, by itself ([JobRequest.Reuse#APART]); the
  /// answer is kept 7 days among the results. NO_SUCH_JOB, NO_SUCH_VERSION when an input was
  /// destroyed, NO_SUCH_PROGRAM when the program is gone.
  JobProgress again(JobId id);

  /// Newest first.
  List<JobProgress> list();

  /// Runs the tasks again that a failed job set aside; the others are kept. NO_SUCH_JOB;
  /// PRECONDITION_FAILED when it has none, or has not failed.
  JobProgress retryFailed(JobId id);

  /// Stops a job: nothing of it is published. Does nothing when it has ended.
  JobProgress cancel(JobId id);

  /// What can be run, for people.
  List<InstructionInfo> instructions();

  /// One that can be run. NO_SUCH_PROGRAM: names the nearest, or says why its plug-in was left out.
  InstructionInfo instruction(String name);

  /// An instruction, described.
  ///
  /// @param usage as in `compress [--level 1..19] [--format zstd|gzip]`
  /// @param files whether its answer is files
  record InstructionInfo(String name, String usage, String description, boolean files) {
    /// One whose answer is one object.
    public InstructionInfo(String name, String usage, String description) {
      this(name, usage, description, false);
    }
  }
}
