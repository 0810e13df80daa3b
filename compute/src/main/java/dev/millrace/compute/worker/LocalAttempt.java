package dev.millrace.compute.worker;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentStore;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// One try of one task.
///
/// It is cancelled by a flag that reading, writing and [TaskContext#check] look at. The thread is
/// not interrupted: an interrupt in the middle of file I/O closes the channel for all its users
/// (`ClosedByInterruptException`), and volumes are shared.
final class LocalAttempt implements Worker.Attempt {
  private static final long STATE_BYTES = ByteUnits.MIB;

  private final TaskOrder order;
  private final Worker.Listener listener;
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
          ErrorCode.CANCELLED,
          "task " + order.piece().task() + ": it was cancelled: submit the job again");
    }
  }

  /// Runs the task and tells the listener.
  ///
  /// @param atEnd called before the listener
  void run(ContentStore store, NodeId node, Clock clock, Slot slot, Runnable atEnd) {
    TaskResult result;
    try {
      result = work(store, node, clock, slot);
    } catch (MillraceException e) {
      atEnd.run();
      listener.failed(e);
      return;
    } catch (IOException e) {
      atEnd.run();
      listener.failed(failure(ErrorCode.IO_ERROR, e));
      return;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      // A plug-in's failure must not end the slot.
      atEnd.run();
      listener.failed(failure(ErrorCode.BUG, e));
      return;
    }
    atEnd.run();
    listener.finished(result);
  }

  private TaskResult work(ContentStore store, NodeId node, Clock clock, Slot slot)
      throws IOException {
    long begin = clock.nanoTime();
    check();
    Context context = new Context(slot);
    StoredPieceInput input = StoredPieceInput.open(order, store, this);
    Piece piece = order.piece();
    Manifest manifest;
    Bytes state;
    try (PieceOutput output = new PieceOutput(store, order, this)) {
      state = order.call().run(input, output, context);
      check();
      manifest = output.finish();
    }
    if (state.length() > STATE_BYTES) {
      throw new MillraceException(
          ErrorCode.BUG,
          "task " + piece.task() + ": its state has " + state.length() + " bytes: report this");
    }
    bytesRead(piece.lengthBytes());
    long elapsedMillis = (clock.nanoTime() - begin) / 1_000_000;
    return new TaskResult(
        piece.task(),
        piece.offset(),
        piece.lengthBytes(),
        manifest,
        context.counters,
        state,
        node,
        elapsedMillis);
  }

  private MillraceException failure(ErrorCode code, Throwable cause) {
    return new MillraceException(
        code,
        "task "
            + order.piece().task()
            + ": "
            + cause
            + ": "
            + (code == ErrorCode.BUG ? "report this" : "run the job again"),
        cause);
  }

  private final class Context implements TaskContext {
    private final Slot slot;
    private final Map<String, Long> counters = new HashMap<>();

    Context(Slot slot) {
      this.slot = slot;
    }

    @Override
    public void check() {
      LocalAttempt.this.check();
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
