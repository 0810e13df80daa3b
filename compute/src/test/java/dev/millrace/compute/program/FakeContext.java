package dev.millrace.compute.program;

import java.util.function.Supplier;

/// What a task finds that runs alone, where nobody listens. Tests replace what they look at.
public class FakeContext implements TaskContext {
  @Override
  public void check() {}

  @Override
  public void beginFile(String name) {}

  @Override
  public int task() {
    return 0;
  }

  @Override
  public int inputs() {
    return 1;
  }

  @Override
  public int limitFactor() {
    return 1;
  }

  @Override
  public void log(byte[] source, int offset, int length) {}

  @Override
  public void add(String counter, long amount) {}

  /// Made anew each time.
  @Override
  public <T extends AutoCloseable> T kept(Class<T> type, Supplier<T> make) {
    return make.get();
  }

  @Override
  public byte[] buffer() {
    return new byte[0];
  }
}
