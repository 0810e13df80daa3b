package dev.millrace.compute.instruction;

import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Stage;
import dev.millrace.compute.program.StageInput;
import dev.millrace.compute.program.StagePlan;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.model.Manifest;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs the stages behind the pieces in memory, one task after the other, and gives tasks less than
/// they want to read. Plans are asked twice, as after a restart.
public final class StageRun {
  private static final int STAGES = 64;
  private static final int BUFFER_BYTES = 1 << 20;

  private final byte[] buffer = new byte[BUFFER_BYTES];
  private List<TaskResult> results;
  private List<byte[]> written;
  private int stages;
  private int tasks;

  /// @param results of the pieces
  /// @param written by the pieces
  public StageRun(List<TaskResult> results, List<byte[]> written) {
    this.results = List.copyOf(results);
    this.written = List.copyOf(written);
  }

  /// Runs all stages.
  ///
  /// @return what the tasks of the last one wrote
  public List<byte[]> run(StagePlan plan) throws IOException {
    while (true) {
      Optional<Stage> next = plan.after(stages, results);
      if (next.isEmpty()) {
        return written;
      }
      stages++;
      if (stages > STAGES) {
        throw new IllegalStateException("the plan does not end");
      }
      Stage again = plan.after(stages - 1, results).orElseThrow();
      run(stages % 2 == 0 ? next.get() : again);
    }
  }

  /// How many stages there were behind the pieces.
  public int stages() {
    return stages;
  }

  /// How many tasks they had.
  public int tasks() {
    return tasks;
  }

  private void run(Stage stage) throws IOException {
    List<TaskResult> newResults = new ArrayList<>();
    List<byte[]> newWritten = new ArrayList<>();
    StageInput input = new Written(results, written);
    for (int task = 0; task < stage.tasks(); task++) {
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      Context context = new Context();
      Bytes state = stage.run(task, input, output, context);
      newWritten.add(output.toByteArray());
      TaskResult like = results.getFirst();
      Manifest manifest = new Manifest(List.of());
      newResults.add(
          new TaskResult(
              new TaskId(stages, task), 0, 0, manifest, context.counters, state, like.node(), 0));
      tasks++;
    }
    results = newResults;
    written = newWritten;
  }

  private record Written(List<TaskResult> parts, List<byte[]> bytes) implements StageInput {
    @Override
    public int read(int part, long position, byte[] target, int offset, int length) {
      byte[] from = bytes.get(part);
      int left = (int) Math.min(length, from.length - position);
      int count = left - left / 3;
      System.arraycopy(from, (int) position, target, offset, count);
      return count;
    }
  }

  private final class Context implements TaskContext {
    private final Map<String, Long> counters = new HashMap<>();
    private @Nullable AutoCloseable kept;

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
    public void add(String counter, long amount) {
      counters.merge(counter, amount, Long::sum);
    }

    @Override
    public <T extends AutoCloseable> T kept(Class<T> type, Supplier<T> make) {
      T made = type.isInstance(kept) ? type.cast(kept) : make.get();
      kept = made;
      return made;
    }

    @Override
    public byte[] buffer() {
      return buffer;
    }
  }
}
