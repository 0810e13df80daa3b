package dev.millrace.compute.balancer;

import dev.millrace.base.Check;
import dev.millrace.compute.plan.Estimate.Pace;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.worker.TaskOrder.Try;
import dev.millrace.model.TaskResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The tasks of one stage of a job. Each is in one of these:
///
/// ```
///             ┌──────── failed, and is tried again ───────┐
///             ▼                                           │
///          waiting ── started ──► running ── finished ──► finished
///                                    └────── failed ────► set aside
/// ```
///
/// Not thread-safe. Times are nanoseconds of one monotonic clock.
final class StageRun {
  private static final int PACES = 64;
  private static final long PACE_AFTER_NANOS = 1_000_000_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /// How long a task may read nothing before people are told.
  static final long STALL_NANOS = 60_000_000_000L;

  private static final class Running {
    private final long startedNanos;
    private final LongSupplier bytesRead;
    private long lastBytes;
    private long lastNanos;

    Running(long startedNanos, LongSupplier bytesRead) {
      this.startedNanos = startedNanos;
      this.bytesRead = bytesRead;
      this.lastNanos = startedNanos;
    }

    void tick(long now) {
      long bytes = bytesRead.getAsLong();
      if (bytes != lastBytes) {
        lastBytes = bytes;
        lastNanos = now;
      }
    }
  }

  /// What came before a task's next try.
  private record Past(Try next, long notBefore) {}

  private final int stage;
  private final long totalBytes;
  private @Nullable TaskResult[] results;
  private final NavigableMap<Integer, Piece> waiting = new TreeMap<>();
  private final Map<Integer, Running> running = new HashMap<>();
  private final Map<Integer, Past> past = new HashMap<>();
  private final Deque<Pace> paces = new ArrayDeque<>();
  private boolean expected;
  private int finished;
  private int setAside;
  private int inOrder;
  private long finishedBytes;
  private long bytesInOrder;

  /// @param rest the pieces still to run
  /// @param done what was finished already; together with `rest` the whole stage
  StageRun(int stage, List<Piece> rest, List<TaskResult> done) {
    this.stage = stage;
    this.results = new TaskResult[rest.size() + done.size()];
    long total = 0;
    for (Piece piece : rest) {
      waiting.put(piece.task(), piece);
      total += piece.lengthBytes();
    }
    for (TaskResult result : done) {
      total += result.inputBytes();
      take(result);
    }
    this.totalBytes = total;
    Check.that(waiting.size() == rest.size(), "a task is there twice");
  }

  /// Which stage of the job, from 0.
  int stage() {
    return stage;
  }

  int tasks() {
    return results.length;
  }

  int finishedTasks() {
    return finished;
  }

  int runningTasks() {
    return running.size();
  }

  int waitingTasks() {
    return waiting.size();
  }

  int setAsideTasks() {
    return setAside;
  }

  long totalBytes() {
    return totalBytes;
  }

  boolean complete() {
    return finished == results.length;
  }

  /// Whether nothing runs and nothing will.
  boolean idle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  Optional<TaskResult> result(int task) {
    return Optional.ofNullable(results[task]);
  }

  /// All results, when all are there.
  List<TaskResult> results() {
    List<TaskResult> all = new ArrayList<>(results.length);
    for (TaskResult result : results) {
      if (result == null) {
        throw new IllegalStateException("bug: a result is missing");
      }
      all.add(result);
    }
    return all;
  }

  /// The first piece that can run now; it stays waiting until [#started].
  Optional<Piece> next(long now) {
    for (Piece piece : waiting.values()) {
      Past before = past.get(piece.task());
      if (before == null || now - before.notBefore() >= 0) {
        return Optional.of(piece);
      }
    }
    return Optional.empty();
  }

  /// Which try of a task is its next, or is running.
  Try attempt(int task) {
    Past before = past.get(task);
    return before == null ? Try.FIRST : before.next();
  }

  void started(int task, LongSupplier bytesRead, long now) {
    Check.that(waiting.remove(task) != null, "task %d was not waiting", task);
    running.put(task, new Running(now, bytesRead));
  }

  /// A running task has ended, one way or the other.
  void stopped(int task) {
    Check.that(running.remove(task) != null, "task %d was not running", task);
  }

  void take(TaskResult result) {
    Check.that(
        result.task() < results.length && results[result.task()] == null,
        "task %s of %d finished twice",
        result.id(),
        results.length);
    results[result.task()] = result;
    finished++;
    finishedBytes += result.inputBytes();
    for (; inOrder < results.length; inOrder++) {
      TaskResult next = results[inOrder];
      if (next == null) {
        break;
      }
      bytesInOrder += next.output().sizeBytes();
    }
  }

  /// A task that has ended waits for its next try.
  void waitAgain(Piece piece, Try next, long notBefore) {
    waiting.put(piece.task(), piece);
    past.put(piece.task(), new Past(next, notBefore));
  }

  /// A task that has ended is not tried again.
  void setAside() {
    setAside++;
  }

  /// Begins no more tasks.
  void stop() {
    waiting.clear();
  }

  /// Where the pieces begin that were never started, of which none is behind one that was.
  Optional<Piece> untouched() {
    Optional<Piece> first = Optional.empty();
    int expected = results.length - 1;
    for (Piece piece : waiting.descendingMap().values()) {
      if (piece.task() != expected || past.containsKey(piece.task())) {
        break;
      }
      first = Optional.of(piece);
      expected--;
    }
    return first;
  }

  /// Puts others in the place of the pieces that were never started.
  ///
  /// @param pieces from the beginning of [#untouched] to the end of the input, in order
  void recut(List<Piece> pieces) {
    Piece from = untouched().orElseThrow();
    long bytes = 0;
    for (Piece piece : waiting.tailMap(from.task(), true).values()) {
      bytes += piece.lengthBytes();
    }
    waiting.tailMap(from.task(), true).clear();
    results = Arrays.copyOf(results, from.task() + pieces.size());
    for (Piece piece : pieces) {
      waiting.put(piece.task(), piece);
      bytes -= piece.lengthBytes();
    }
    Check.that(bytes == 0 && waiting.lastKey() == results.length - 1, "cut to %s", pieces);
  }

  /// Takes note of what running tasks have read.
  void tick(long now) {
    running.values().forEach(task -> task.tick(now));
  }

  /// A running task that has read nothing for the longest time, when that is too long.
  Optional<Stall> stall(long now) {
    return running.entrySet().stream()
        .map(task -> new Stall(task.getKey(), now - task.getValue().lastNanos))
        .filter(stall -> stall.nanos() >= STALL_NANOS)
        .max(Comparator.comparingLong(Stall::nanos));
  }

  /// @param nanos since it read anything
  record Stall(int task, long nanos) {}

  /// Of finished tasks and of those that run.
  long bytesDone() {
    long bytes = finishedBytes;
    for (Running task : running.values()) {
      bytes += task.bytesRead.getAsLong();
    }
    return Math.min(bytes, totalBytes);
  }

  /// What the finished tasks wrote, up to the first that is not finished.
  long bytesInOrder() {
    return bytesInOrder;
  }

  /// What earlier jobs let expect.
  void expect(Pace pace) {
    paces.add(pace);
    expected = true;
  }

  void learnPace(TaskResult result) {
    if (result.inputBytes() > 0) {
      if (paces.size() == PACES) {
        paces.removeFirst();
      }
      paces.add(new Pace(result.inputBytes(), result.elapsedMillis() * NANOS_PER_MILLI));
    }
  }

  /// How many paces there could be to estimate from. What is known from earlier jobs will do.
  int pacesToCome() {
    return expected ? 1 : results.length;
  }

  /// Of the tasks that finished last, and of those that run for a second and more.
  List<Pace> paces(long now) {
    List<Pace> all = new ArrayList<>(paces);
    for (Running task : running.values()) {
      long elapsed = now - task.startedNanos;
      long bytes = task.bytesRead.getAsLong();
      if (elapsed >= PACE_AFTER_NANOS && bytes > 0) {
        all.add(new Pace(bytes, elapsed));
      }
    }
    return all;
  }
}
