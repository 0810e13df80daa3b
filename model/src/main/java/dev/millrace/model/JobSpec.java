package dev.millrace.model;

import java.util.List;

/// What a job is, immutable once accepted.
///
/// @param inputs exact versions, in order
/// @param labels a name for each input as answers show it (`wc` prints it), same order
/// @param outputBucket with `outputKey`, where the answer is published
/// @param outputKey for an answer that is files the prefix of their keys, without the `/` behind it
public record JobSpec(
    Program program,
    List<ObjectRef> inputs,
    List<String> labels,
    BucketName outputBucket,
    ObjectKey outputKey,
    JobOptions options) {
  public JobSpec {
    inputs = List.copyOf(inputs);
    labels = List.copyOf(labels);
  }

  /// The same, with nothing said of what it reads.
  JobSpec withoutInputs() {
    return new JobSpec(program, List.of(), List.of(), outputBucket, outputKey, options);
  }

  /// With the usual options.
  public JobSpec(
      Program program,
      List<ObjectRef> inputs,
      List<String> labels,
      BucketName outputBucket,
      ObjectKey outputKey) {
    this(program, inputs, labels, outputBucket, outputKey, JobOptions.USUAL);
  }
}
