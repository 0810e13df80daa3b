package dev.millrace.compute.worker;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentStore;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.compute.slice.Companion;
import dev.millrace.compute.slice.Pipeline;
import dev.millrace.compute.slice.SliceGate;
import dev.millrace.model.NodeId;
import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// One try of one task. Its computation is a pipeline of the gate: it waits for a slot, and yields
/// it when another one's turn has come. What is left then is waiting for disks, without a slot.
///
/// It is cancelled by a flag that reading, writing and [TaskContext#check] look at. The thread is
/// not interrupted: an interrupt in the middle of file I/O closes the channel for all its users
/// (`ClosedByInterruptException`), and volumes are shared.
final class LocalAttempt implements Worker.Attempt {
  /// Of a task's result, which is a row of the catalog.
  static final long STATE_BYTES = ByteUnits.MIB;

  /// What all attempts of a worker share.
  ///
  /// @param node named in results
  /// @param ending permits for tasks that wait for disks after they were computed
  record Parts(
      ContentStore store,
      NodeId node,
      Clock clock,
      SliceGate gate,
      ToolShed tools,
      Semaphore ending) {}

  private final TaskOrder order;
  private final Worker.Listener listener;
  private final LogTail log = new LogTail();
  private final Parts parts;
  private final Pipeline pipeline;
  private volatile boolean cancelled;
  private volatile long bytesRead;

  LocalAttempt(TaskOrder order, Worker.Listener listener, Parts parts) {
    this.order = order;
    this.listener = listener;
    this.parts = parts;
    this.pipeline = parts.gate().pipeline(order.job(), order.priority());
  }

  @Override
  public void cancel() {
    cancelled = true;
    pipeline.abandon();
  }

  @Override
  public long bytesRead() {
    return bytesRead;
  }

  void bytesRead(long bytes) {
    bytesRead = Math.min(bytes, order.piece().lengthBytes());
  }

  long nanoTime() {
    return parts.clock().nanoTime();
  }

  /// Does what waits for long, without a slot.
  void outside(Runnable action) {
    pipeline.outside(action);
  }

  void check() {
    pipeline.yieldIfDue();
    if (cancelled) {
      throw new MillraceException(
          ErrorCode.CANCELLED, "task " + order.id() + ": it was cancelled: submit the job again");
    }
  }

  /// What a task's computation yields; its output may still be on its way to the disks.
  private record Computed(
      TaskOutput output, Map<String, Long> counters, Bytes state, long elapsedMillis) {}

  /// Runs the task and tells the listener.
  ///
  /// @param atEnd called before the listener hears of the end
  void run(Runnable atEnd) {
    Optional<Computed> computed = attempt(this::computeInSlot, atEnd);
    if (computed.isEmpty()) {
      return;
    }
    if (computed.get().output().wroteNothing()) {
      end(computed.get(), atEnd);
      return;
    }
    parts.ending().acquireUninterruptibly();
    try {
      listener.leftSlot();
      end(computed.get(), atEnd);
    } finally {
      parts.ending().release();
    }
  }

  private void end(Computed computed, Runnable atEnd) {
    attempt(() -> result(computed), atEnd)
        .ifPresent(result -> {
          tellLog();
          atEnd.run();
          listener.finished(result);
        });
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
      // A plug-in's failure must not end the worker.
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

  private Computed computeInSlot() throws IOException {
    pipeline.enter();
    try {
      check();
      TaskTools tools = parts.tools().take();
      try {
        return compute(tools);
      } finally {
        parts.tools().giveBack(tools);
      }
    } finally {
      pipeline.leave();
    }
  }

  private Computed compute(TaskTools tools) throws IOException {
    long begin = nanoTime() - pipeline.waitedNanos();
    TaskOutput output = TaskOutput.of(parts.store(), order, this);
    Context context = new Context(tools, output);
    boolean computed = false;
    try {
      Bytes state =
          switch (order.work()) {
            case Work.OnInput work ->
                work.call().run(StoredPieceInput.open(work, parts.store(), this), output, context);
            case Work.OnStage work ->
                work.stage()
                    .run(
                        order.id().task(),
                        new StoredStageInput(work, parts.store(), this),
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
      long elapsed = nanoTime() - pipeline.waitedNanos() - begin;
      return new Computed(output, context.counters, state, elapsed / 1_000_000);
    } finally {
      if (!computed) {
        output.close();
      }
    }
  }

  private TaskResult result(Computed computed) {
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
        parts.node(),
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
    private final TaskTools tools;
    private final TaskOutput output;
    private final Map<String, Long> counters = new HashMap<>();

    Context(TaskTools tools, TaskOutput output) {
      this.tools = tools;
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
      return tools.kept(type, make);
    }

    @Override
    public byte[] buffer() {
      return tools.buffer();
    }

    @Override
    public void accompanied(Companion companion, Work work) throws IOException {
      pipeline.accompany(companion);
      try {
        work.run();
      } finally {
        pipeline.dismissCompanion();
      }
    }
  }
}
