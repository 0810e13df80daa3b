package dev.millrace.compute.slice;

/// Something that works for a pipeline outside its thread, such as the processes of an executable:
/// its time is the pipeline's, and it stands still while the pipeline has no slot. Called by the
/// pipeline's thread only.
public interface Companion {
  /// Processor time used in all, nanoseconds. It may only grow; what it misses is not charged.
  long cpuNanos();

  /// Stops the work until [#resume]. Returns when it stands.
  void suspend();

  /// Goes on with it. Comes once after each [#suspend], also when the pipeline was abandoned
  /// meanwhile: what is frozen can't be ended everywhere.
  void resume();
}
