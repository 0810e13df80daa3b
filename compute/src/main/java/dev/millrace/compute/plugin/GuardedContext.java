package dev.millrace.compute.plugin;

import dev.millrace.base.Text;
import dev.millrace.compute.program.TaskContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/// What a worker offers to a plug-in's task. Belongs to the plug-in's thread, but for [#check].
final class GuardedContext implements TaskContext {
  /// Counters of one task, and the characters of a name: they go into the catalog with each task.
  static final int COUNTERS = 64;

  static final int COUNTER_NAME = 64;

  private final ForeignCall<?> call;
  private final PluginCompanion companion;
  private final PluginKeep.Kept kept;
  private final TaskContext context;
  private final Map<String, Long> counters = new HashMap<>();

  GuardedContext(
      ForeignCall<?> call, PluginCompanion companion, PluginKeep.Kept kept, TaskContext context) {
    this.call = call;
    this.companion = companion;
    this.kept = kept;
    this.context = context;
  }

  @Override
  public void check() {
    companion.standStill();
    call.check();
  }

  @Override
  public void beginFile(String name) {
    throw call.failure("it began a file '" + Text.printable(name) + "', and its answer is one");
  }

  @Override
  public int task() {
    return context.task();
  }

  @Override
  public int inputs() {
    return context.inputs();
  }

  @Override
  public int limitFactor() {
    return context.limitFactor();
  }

  @Override
  public void log(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    context.log(source, offset, length);
  }

  @Override
  public void add(String counter, long amount) {
    call.requireOwnThread("it counted");
    if (counter.isEmpty() || counter.length() > COUNTER_NAME) {
      throw call.failure(
          "it counted '"
              + Text.printable(counter)
              + "', whose name has not 1 to "
              + COUNTER_NAME
              + " characters");
    }
    counters.merge(counter, amount, Long::sum);
    if (counters.size() > COUNTERS) {
      throw call.failure("it has more than " + COUNTERS + " counters");
    }
  }

  @Override
  public <T extends AutoCloseable> T kept(Class<T> type, Supplier<T> make) {
    call.requireOwnThread("it took what is kept");
    T thing = kept.get(type, make);
    if (thing == null) {
      throw call.failure("it made null to keep for " + type.getName());
    }
    return thing;
  }

  @Override
  public byte[] buffer() {
    call.requireOwnThread("it took the buffer");
    return kept.buffer();
  }

  /// For the owner, when the call has ended well.
  Map<String, Long> counters() {
    return counters;
  }
}
