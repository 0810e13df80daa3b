package dev.millrace.compute.balancer;

import dev.millrace.compute.balancer.JobAdmission.Admitted;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.worker.TaskOrder;
import dev.millrace.compute.worker.Worker.Attempt;
import dev.millrace.model.Stored;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/// A job that this balancer runs. Everything that changes is guarded by the balancer's lock, but
/// `answer`, which belongs to the job's driver.
final class LiveJob {
  final JobRun run;
  final Call call;
  final InputLayout layout;
  final List<Stored> contents;

  /// When it began to run here.
  final long beganNanos;

  /// Signalled whenever the job changes.
  final Condition changed;

  final Map<Integer, Attempt> attempts = new HashMap<>();

  /// What is being published, once it was made.
  @Nullable Stored answer;

  LiveJob(JobRun run, Admitted admitted, long beganNanos, Condition changed) {
    this.run = run;
    this.call = admitted.call();
    this.layout = admitted.layout();
    this.contents = admitted.contents();
    this.beganNanos = beganNanos;
    this.changed = changed;
  }

  TaskOrder order(Piece piece) {
    List<Segment> segments = layout.segments(piece);
    return new TaskOrder(
        run.job().id(),
        call,
        piece,
        segments,
        segments.stream().map(segment -> contents.get(segment.input())).toList(),
        layout.inputs(),
        Publisher.orderOf(run.job(), piece.task(), false),
        piece.task() == run.pieces() - 1,
        run.job().spec().priority());
  }

  void cancelAttempts() {
    attempts.values().forEach(Attempt::cancel);
  }
}
