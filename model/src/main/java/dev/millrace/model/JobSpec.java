package dev.millrace.model;

import java.util.List;

/// What a job is, immutable once accepted.
///
/// @param inputs exact versions, in order
/// @param labels a name for each input as answers show it (`wc` prints it), same order
/// @param outputBucket with `outputKey`, where the answer is published
/// @param priority beside other jobs
public record JobSpec(
    Program program,
    List<ObjectRef> inputs,
    List<String> labels,
    BucketName outputBucket,
    ObjectKey outputKey,
    Priority priority) {
  public JobSpec {
    inputs = List.copyOf(inputs);
    labels = List.copyOf(labels);
  }
}
