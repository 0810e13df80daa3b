package dev.millrace.compute.rehearsal;

import dev.millrace.base.ByteUnits;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// What one slot offers, all pieces one after the other in it.
final class RehearsalContext implements TaskContext, AutoCloseable {
  private final int inputs;
  private final byte[] buffer = new byte[(int) ByteUnits.MIB];
  private final Map<Class<?>, AutoCloseable> kept = new HashMap<>();
  private final Map<String, Long> counters = new HashMap<>();

  RehearsalContext(int inputs) {
    this.inputs = inputs;
  }

  @Override
  public void check() {}

  @Override
  public void beginFile(String name) {
    throw new UnsupportedOperationException("plug-ins don't write files");
  }

  @Override
  public int task() {
    return 0;
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public int limitFactor() {
    return 1;
  }

  @Override
  public void log(byte[] source, int offset, int length) {}

  @Override
  public void add(String counter, long amount) {
    counters.merge(counter, amount, Long::sum);
  }

  @Override
  public <T extends AutoCloseable> T kept(Class<T> type, Supplier<T> make) {
    return type.cast(kept.computeIfAbsent(type, _ -> make.get()));
  }

  @Override
  public byte[] buffer() {
    return buffer;
  }

  /// What was counted since the last time.
  Map<String, Long> takeCounters() {
    Map<String, Long> taken = Map.copyOf(counters);
    counters.clear();
    return taken;
  }

  @Override
  public void close() throws IOException {
    for (AutoCloseable thing : kept.values()) {
      try {
        thing.close();
      } catch (Exception e) {
        throw new IOException("what a task kept can't be closed", e);
      }
    }
  }
}
