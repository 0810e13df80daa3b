package dev.millrace.model;

/// The life of a job: ACCEPTED → RUNNING → one of the ended states; from ACCEPTED also straight to
/// FAILED or CANCELLED.
public enum JobState {
  ACCEPTED,
  RUNNING,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  public boolean ended() {
    return switch (this) {
      case ACCEPTED, RUNNING -> false;
      case SUCCEEDED, FAILED, CANCELLED -> true;
    };
  }
}
