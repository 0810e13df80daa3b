package dev.millrace.compute.balancer;

import dev.millrace.compute.balancer.JobAdmission.Admitted;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.plan.PieceSizes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Stage;
import dev.millrace.compute.worker.TaskOrder;
import dev.millrace.compute.worker.Work;
import dev.millrace.compute.worker.Worker.Attempt;
import dev.millrace.model.Content;
import dev.millrace.model.Job;
import dev.millrace.model.Stored;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A job that this balancer runs. Everything that changes is guarded by the balancer's lock, but
/// `answer`, which belongs to the job's driver.
final class LiveJob {
  final JobRun run;
  final Admitted admitted;
  final Call call;
  final InputLayout layout;

  /// When it began to run here.
  final long beganNanos;

  /// Signalled whenever the job changes.
  final Condition changed;

  final Map<TaskId, Attempt> attempts = new HashMap<>();

  /// What its pieces were cut by.
  PieceSizes sizes;

  /// What is being published, once it was made.
  @Nullable Stored answer;

  /// Of the pieces of the input, once a further stage has begun.
  private List<TaskResult> pieces = List.of();

  /// Recorded results of stages that have not begun since the node started.
  private final List<TaskResult> recorded;

  private Optional<Work.OnStage> stage = Optional.empty();

  /// @param recorded results of later stages, from before the node started
  LiveJob(
      JobRun run,
      Admitted admitted,
      long beganNanos,
      Condition changed,
      PieceSizes sizes,
      List<TaskResult> recorded) {
    this.run = run;
    this.admitted = admitted;
    this.call = admitted.call();
    this.layout = admitted.layout();
    this.beganNanos = beganNanos;
    this.changed = changed;
    this.sizes = sizes;
    this.recorded = List.copyOf(recorded);
  }

  TaskOrder order(Piece piece) {
    TaskId id = new TaskId(run.stage().stage(), piece.task());
    Work work = stage.isPresent() ? stage.get() : onInput(piece);
    boolean answers =
        switch (work) {
          case Work.OnInput _ -> !(call.combine() instanceof Combine.Stages);
          case Work.OnStage later -> later.stage().last();
        };
    return new TaskOrder(
        run.job().id(),
        id,
        piece,
        run.stage().attempt(piece.task()),
        work,
        layout.inputs(),
        answers
            ? Publisher.orderOf(run.job(), piece.task(), false)
            : Publisher.orderOfStage(run.job(), id),
        answers && piece.task() == run.stage().tasks() - 1,
        run.job().spec().options().priority());
  }

  private Work onInput(Piece piece) {
    return new Work.OnInput(call, layout.segments(piece), admitted.contents());
  }

  /// What follows a stage that is complete; absent when its output is the answer.
  Optional<Stage> planned(Duty.Plan duty) {
    if (stage.isPresent() && stage.get().stage().last()) {
      return Optional.empty();
    }
    return switch (call.combine()) {
      case Combine.Stages stages -> Optional.of(stages.plan().after(duty.stage(), duty.results()));
      case Combine.ConcatenateInOrder _, Combine.Aggregate _, Combine.Files _ -> Optional.empty();
    };
  }

  /// Begins a further stage.
  ///
  /// @param parts results of the stage before
  void begin(Stage next, List<TaskResult> parts) {
    int number = run.stage().stage() + 1;
    if (number == 1) {
      pieces = parts;
    }
    List<TaskResult> done = recorded.stream().filter(task -> task.stage() == number).toList();
    Set<Integer> finished = done.stream().map(TaskResult::task).collect(Collectors.toSet());
    long total = parts.stream().mapToLong(part -> part.output().sizeBytes()).sum();
    long share = total / next.tasks(); // for progress alone: what a task reads is its own matter
    List<Piece> rest = new ArrayList<>();
    for (int task = 0; task < next.tasks(); task++) {
      if (!finished.contains(task)) {
        long from = share * task;
        boolean last = task == next.tasks() - 1;
        rest.add(new Piece(task, from, last ? total - from : share));
      }
    }
    stage =
        Optional.of(
            new Work.OnStage(
                next, parts, parts.stream().map(part -> sealed(run.job(), part)).toList()));
    run.begin(number, rest, done);
  }

  /// The results of all pieces of the input, once they have finished.
  List<TaskResult> pieces() {
    return run.stage().stage() == 0 ? run.stage().results() : pieces;
  }

  /// What a finished task wrote, as content that can be opened.
  static Stored sealed(Job job, TaskResult result) {
    return new Stored(
        result.output().sizeBytes(),
        "",
        new Content.Chunked(result.output()),
        job.sessionKey(),
        Map.of(),
        Optional.of(job.id()));
  }

  void cancelAttempts() {
    attempts.values().forEach(Attempt::cancel);
  }
}
