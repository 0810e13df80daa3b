package dev.millrace.compute.sandbox;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// A machine without control groups that we could use.
record NoGroups(String detail, String remedy) implements ControlGroups {
  @Override
  public Set<Controller> controllers() {
    return Set.of();
  }

  @Override
  public ControlGroup make(String name) {
    return new Unlimited();
  }

  @Override
  public void close() {}

  private record Unlimited() implements ControlGroup {
    @Override
    public void limit(SandboxLimits limits) {}

    @Override
    public List<Path> joins() {
      return List.of();
    }

    @Override
    public void freeze(boolean frozen) {
      throw noFreezer();
    }

    @Override
    public void killAll() {}

    @Override
    public boolean empty() {
      return true;
    }

    @Override
    public long cpuNanos() {
      return 0;
    }

    @Override
    public long memoryPeakBytes() {
      return 0;
    }

    @Override
    public boolean ranOutOfMemory() {
      return false;
    }

    @Override
    public long throttledPeriods() {
      return 0;
    }

    @Override
    public boolean remove() {
      return true;
    }
  }

  static MillraceException noFreezer() {
    return new MillraceException(
        ErrorCode.UNAVAILABLE,
        "pause of a program: this machine has no freezer for control groups: let it run, or cancel"
            + " it");
  }
}
