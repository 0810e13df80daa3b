package dev.millrace.compute.slice;

import dev.millrace.model.JobId;
import dev.millrace.model.Priority;

/// What one job has used of this worker, over all its pipelines: a large job of many small pieces
/// must not stay young for ever. Belongs to [JobAccounts].
final class JobAccount {
  final JobId job;

  /// Tells jobs apart that are equal in all else; the lower one came first.
  final long number;

  Priority priority;

  /// Pipelines that are here, and of these the ones that want a slot and that have one.
  int pipelines;

  int waiting;
  int running;

  /// Processor time that its pipelines reported, not charged.
  long usedNanos;

  /// For how long slots were held since the pipelines in them reported, not charged. Stands for the
  /// processor time until that is known.
  long unreportedNanos;

  int level;

  /// What it had of its level's time while others waited.
  long servedNanos;

  /// When it was last given a slot, in the order of all such events; 0 before the first.
  long turn;

  JobAccount(JobId job, long number, Priority priority) {
    this.job = job;
    this.number = number;
    this.priority = priority;
  }

  /// By this its level goes.
  long chargedNanos() {
    return Levels.charge(priority, usedNanos + unreportedNanos);
  }
}
