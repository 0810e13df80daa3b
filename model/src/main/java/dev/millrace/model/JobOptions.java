package dev.millrace.model;

/// How a job runs, without effect on its answer.
///
/// @param limits of each task of an executable
/// @param unsandboxed whether an executable may run without its sandbox
/// @param priority beside other jobs
public record JobOptions(TaskLimits limits, boolean unsandboxed, Priority priority) {
  public static final JobOptions USUAL = new JobOptions(TaskLimits.USUAL, false, Priority.NORMAL);

  /// The same with another priority.
  public JobOptions with(Priority other) {
    return new JobOptions(limits, unsandboxed, other);
  }
}
