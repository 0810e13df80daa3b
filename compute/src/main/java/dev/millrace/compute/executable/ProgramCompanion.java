package dev.millrace.compute.executable;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.sandbox.Running;
import dev.millrace.compute.slice.Companion;

/// A program as its task's companion: its time is charged to the task, and it stands still while
/// the task has no slot. Where the machine can't stop programs it goes on.
record ProgramCompanion(Running running) implements Companion {
  @Override
  public long cpuNanos() {
    return running.cpuNanos();
  }

  @Override
  public void suspend() {
    try {
      running.pause();
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.UNAVAILABLE) {
        throw e;
      }
    }
  }

  @Override
  public void resume() {
    try {
      running.resume();
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.UNAVAILABLE) {
        throw e;
      }
    }
  }
}
