package dev.millrace.compute.worker;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentStore;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.model.NodeId;
import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One try of one task.
///
/// It is cancelled by a flag that reading, writing and [TaskContext#check] look at. The thread is
/// not interrupted: an interrupt in the middle of file I/O closes the channel for all its users
/// (`ClosedByInterruptException`), and volumes are shared.
final class LocalAttempt implements Worker.Attempt {
  /// Of a task's result, which is a row of the catalog.
  static final long STATE_BYTES = ByteUnits.MIB;

  private final TaskOrder order;
  private final Worker.Listener listener;
  private final LogTail log = new LogTail();
  private volatile boolean cancelled;
  private volatile long bytesRead;

  LocalAttempt(TaskOrder order, Worker.Listener listener) {
    this.order = order;
    this.listener = listener;
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  @Override
  public long bytesRead() {
    return bytesRead;
  }

  void bytesRead(long bytes) {
    bytesRead = Math.min(bytes, order.piece().lengthBytes());
  }

  void check() {
    if (cancelled) {
      throw new MillraceException(
          ErrorCode.CANCELLED, "task " + order.id() + ": it was cancelled: submit the job again");
    }
  }

  /// What a task's computation yields; its output may still be on its way to the disks.
  private record Computed(
      TaskOutput output, Map<String, Long> counters, Bytes state, long elapsedMillis) {}

  /// Runs the task and tells the listener. What is left when it is computed is waiting for disks:
  /// that goes to `ending`, and the slot is free for the next task.
  ///
  /// @param atEnd called before the listener hears of the end
  void run(
      ContentStore store,
      NodeId node,
      Clock clock,
      Slot slot,
      Consumer<Runnable> ending,
      Runnable atEnd) {
    Optional<Computed> computed = attempt(() -> compute(store, clock, slot), atEnd);
    if (computed.isEmpty()) {
      return;
    }
    Runnable end = () -> end(computed.get(), node, atEnd);
    if (computed.get().output().wroteNothing()) {
      end.run();
    } else {
      ending.accept(end);
    }
  }

  private void end(Computed computed, NodeId node, Runnable atEnd) {
    attempt(() -> result(computed, node), atEnd)
        .ifPresent(result -> {
          tellLog();
          atEnd.run();
          listener.finished(result);
        });
  }

  /// The slot that the task had is free.
  void leftSlot() {
    listener.leftSlot();
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  /// Absent when the step failed, and the listener was told.
  private <T> Optional<T> attempt(Step<T> step, Runnable atEnd) {
    MillraceException why;
    try {
      return Optional.of(step.run());
    } catch (MillraceException e) {
      why = e;
    } catch (IOException e) {
      why = failure(ErrorCode.IO_ERROR, e);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      // A plug-in's failure must not end the slot.
      why = failure(ErrorCode.BUG, e);
    }
    tellLog();
    atEnd.run();
    listener.failed(why, log.text());
    return Optional.empty();
  }

  private void tellLog() {
    if (log.written() > 0) {
      listener.logged(log.bytes());
    }
  }

  private Computed compute(ContentStore store, Clock clock, Slot slot) throws IOException {
    long begin = clock.nanoTime();
    check();
    TaskOutput output = TaskOutput.of(store, order, this);
    Context context = new Context(slot, output);
    boolean computed = false;
    try {
      Bytes state =
          switch (order.work()) {
            case Work.OnInput work ->
                work.call().run(StoredPieceInput.open(work, store, this), output, context);
            case Work.OnStage work ->
                work.stage()
                    .run(
                        order.id().task(),
                        new StoredStageInput(work, store, this),
                        output,
                        context);
          };
      if (state.length() > STATE_BYTES) {
        throw new MillraceException(
            ErrorCode.BUG,
            "task " + order.id() + ": its state has " + state.length() + " bytes: report this");
      }
      bytesRead(order.piece().lengthBytes());
      computed = true;
      return new Computed(output, context.counters, state, (clock.nanoTime() - begin) / 1_000_000);
    } finally {
      if (!computed) {
        output.close();
      }
    }
  }

  private TaskResult result(Computed computed, NodeId node) {
    TaskOutput.Part part;
    try (TaskOutput output = computed.output()) {
      check();
      part = output.finish(computed.state());
    }
    Piece piece = order.piece();
    return new TaskResult(
        order.id(),
        piece.offset(),
        piece.lengthBytes(),
        part.manifest(),
        computed.counters(),
        part.state(),
        node,
        computed.elapsedMillis());
  }

  private MillraceException failure(ErrorCode code, Throwable cause) {
    return new MillraceException(
        code,
        "task "
            + order.id()
            + ": "
            + cause
            + ": "
            + (code == ErrorCode.BUG ? "report this" : "run the job again"),
        cause);
  }

  private final class Context implements TaskContext {
    private final Slot slot;
    private final TaskOutput output;
    private final Map<String, Long> counters = new HashMap<>();

    Context(Slot slot, TaskOutput output) {
      this.slot = slot;
      this.output = output;
    }

    @Override
    public void check() {
      LocalAttempt.this.check();
    }

    @Override
    public void beginFile(String name) {
      output.beginFile(name);
    }

    @Override
    public int task() {
      return order.id().task();
    }

    @Override
    public int inputs() {
      return order.inputs();
    }

    @Override
    public int limitFactor() {
      return order.attempt().limitFactor();
    }

    @Override
    public void log(byte[] source, int offset, int length) {
      log.add(source, offset, length);
    }

    @Override
    public void add(String counter, long amount) {
      counters.merge(counter, amount, Long::sum);
    }

    @Override
    public <T extends AutoCloseable> T kept(Class<T> type, Supplier<T> make) {
      return slot.kept(type, make);
    }

    @Override
    public byte[] buffer() {
      return slot.buffer();
    }
  }
}
