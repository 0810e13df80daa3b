package dev.millrace.compute.worker;

import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Priority;
import dev.millrace.model.Stored;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A task of a test: what it does, and what becomes of it.
final class TaskProbe implements Worker.Listener {
  /// What a task does.
  interface Work {
    void run(PieceInput input, OutputStream output, TaskContext context)
        throws IOException, InterruptedException;
  }

  final CountDownLatch begun = new CountDownLatch(1);
  final CountDownLatch leftSlot = new CountDownLatch(1);
  final CompletableFuture<TaskResult> end = new CompletableFuture<>();
  volatile @Nullable Thread thread;
  volatile Worker.@Nullable Attempt attempt;

  private final class ProbeCall implements Call {
    private final Work work;

    ProbeCall(Work work) {
      this.work = work;
    }

    @Override
    public Split split() {
      return new Split.Bytes(1);
    }

    @Override
    public Combine combine() {
      return new Combine.ConcatenateInOrder();
    }

    @Override
    public Bytes run(PieceInput input, OutputStream output, TaskContext context)
        throws IOException {
      thread = Thread.currentThread();
      begun.countDown();
      try {
        work.run(input, output, context);
      } catch (InterruptedException e) {
        throw new IllegalStateException("tasks are not interrupted", e);
      }
      return Bytes.EMPTY;
    }
  }

  /// Starts a task of a job of its own over one input.
  static TaskProbe start(Worker worker, long job, Stored input, Work work) {
    TaskProbe probe = new TaskProbe();
    InputLayout layout = new InputLayout(List.of(input.sizeBytes()), List.of("in"));
    Piece piece = new Piece(0, 0, input.sizeBytes());
    WriteOrder order =
        new WriteOrder(
            BucketName.RESULTS,
            new ObjectKey("answer"),
            new VersionId(new Id128(0, job)),
            input.key(),
            0,
            false,
            false);
    TaskOrder task =
        new TaskOrder(
            new JobId(new Id128(0, job)),
            new TaskId(0, 0),
            piece,
            TaskOrder.Try.FIRST,
            new dev.millrace.compute.worker.Work.OnInput(
                probe.new ProbeCall(work), layout.segments(piece), _ -> input),
            1,
            order,
            true,
            Priority.NORMAL);
    probe.attempt = worker.start(task, probe);
    return probe;
  }

  void cancel() {
    Worker.Attempt started = attempt;
    if (started != null) {
      started.cancel();
    }
  }

  @Override
  public void leftSlot() {
    leftSlot.countDown();
  }

  @Override
  public void logged(byte[] log) {}

  @Override
  public void finished(TaskResult result) {
    end.complete(result);
  }

  @Override
  public void failed(MillraceException failure, String log) {
    end.completeExceptionally(failure);
  }
}
