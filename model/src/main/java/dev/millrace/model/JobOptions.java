package dev.millrace.model;

/// How a job runs, without effect on its answer.
///
/// @param limits of each task of an executable
/// @param unsandboxed whether an executable may run without its sandbox
public record JobOptions(TaskLimits limits, boolean unsandboxed) {
  public static final JobOptions USUAL = new JobOptions(TaskLimits.USUAL, false);
}
