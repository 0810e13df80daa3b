package dev.millrace.cli.local;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;

/// Whether a person asked the command to stop. Thread-safe; looked at between pieces of work.
public final class Stop {
  private volatile boolean requested;

  public void request() {
    requested = true;
  }

  public boolean requested() {
    return requested;
  }

  /// Throws CANCELLED once a stop was requested.
  public void check() {
    if (requested) {
      throw new MillraceException(
          ErrorCode.CANCELLED, "interrupted: stopped as asked: run the command again to go on");
    }
  }
}
