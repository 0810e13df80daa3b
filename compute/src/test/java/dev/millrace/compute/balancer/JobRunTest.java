package dev.millrace.compute.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.plan.Estimate.Pace;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.worker.TaskOrder.Try;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Extent;
import dev.millrace.model.FailureKind;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Program;
import dev.millrace.model.Remaining;
import dev.millrace.model.TaskFailure;
import dev.millrace.model.TaskFile;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.testkit.Seeds;
import dev.millrace.wire.task.FileTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// A job against a worker and a catalog that fail at random, one event after the other.
final class JobRunTest {
  private static final int MOST_STEPS = 20_000;

  private SplittableRandom random = new SplittableRandom(0);

  /// What the catalog has: the truth that survives a restart.
  private static final class Records {
    private final TreeMap<TaskId, TaskResult> tasks = new TreeMap<>();
    private JobState state = JobState.ACCEPTED;

    private Job job() {
      return JobRunTest.job(state);
    }

    private List<TaskResult> ofStage(int stage) {
      return tasks.values().stream().filter(task -> task.stage() == stage).toList();
    }

    private List<Piece> missing(int stage, List<Piece> pieces) {
      return pieces.stream()
          .filter(piece -> !tasks.containsKey(new TaskId(stage, piece.task())))
          .toList();
    }
  }

  /// The pieces of each stage of a job.
  ///
  /// @param files whether its answer is a file for each piece
  /// @param twice whether the last two pieces write the same file
  private record Shape(List<List<Piece>> stages, boolean files, boolean twice) {
    /// Cuts the pieces from one on into others.
    private Function<Piece, List<Piece>> recut(SplittableRandom random) {
      return from -> {
        List<Piece> pieces = stages.getFirst();
        long end = pieces.getLast().end();
        List<Piece> others = new ArrayList<>();
        for (long at = from.offset(); at < end; at = others.getLast().end()) {
          long length = Math.min(end - at, random.nextLong(1, 2000));
          others.add(new Piece(from.task() + others.size(), at, length));
        }
        pieces.subList(from.task(), pieces.size()).clear();
        pieces.addAll(others);
        return others;
      };
    }

    private Combine combine() {
      if (files) {
        return new Combine.Files();
      }
      return stages.size() == 1
          ? new Combine.ConcatenateInOrder()
          : new Combine.Stages((_, _) -> {
            throw new IllegalStateException("nobody asks here");
          });
    }

    private TaskResult result(int stage, Piece piece) {
      TaskResult plain = JobRunTest.result(stage, piece);
      if (!files) {
        return plain;
      }
      boolean last = piece.task() == stages.getFirst().size() - 1;
      int number = last && twice ? piece.task() - 1 : piece.task();
      TaskFile file =
          new TaskFile(
              "file " + number,
              new VersionId(new Id128(2, piece.task())),
              plain.output().sizeBytes(),
              "0".repeat(32),
              1);
      return new TaskResult(
          plain.id(),
          plain.inputOffset(),
          plain.inputBytes(),
          plain.output(),
          plain.counters(),
          FileTable.write(List.of(file)),
          plain.node(),
          plain.elapsedMillis());
    }
  }

  private static Job job(JobState state) {
    JobSpec spec =
        new JobSpec(
            new Program.Instruction("copy", List.of()),
            List.of(),
            List.of(),
            BucketName.RESULTS,
            new ObjectKey("out"),
            JobOptions.USUAL);
    Job accepted =
        Job.accepted(
            new JobId(new Id128(1, 1)), spec, 1, new WrappedKey(1, Bytes.EMPTY), Optional.empty());
    return switch (state) {
      case ACCEPTED -> accepted;
      case RUNNING -> accepted.running();
      case SUCCEEDED -> accepted.succeeded(2, new VersionId(new Id128(1, 2)), List.of());
      case FAILED, CANCELLED -> accepted.stopped(state, 2, "why", List.of());
    };
  }

  private static TaskResult result(Piece piece) {
    return result(0, piece);
  }

  private static TaskResult result(int stage, Piece piece) {
    Manifest output =
        new Manifest(
            List.of(new Extent(new ChunkId(1, piece.task()), (int) piece.lengthBytes() + 1)));
    return new TaskResult(
        new TaskId(stage, piece.task()),
        piece.offset(),
        piece.lengthBytes(),
        output,
        Map.of(),
        Bytes.EMPTY,
        new NodeId(new Id128(0, 1)),
        10);
  }

  private static TaskFailure how(int stage, Piece piece, ErrorCode code) {
    return new TaskFailure(
        new TaskId(stage, piece.task()),
        1,
        new NodeId(new Id128(0, 1)),
        piece.offset(),
        piece.lengthBytes(),
        FailureKind.of(code),
        "why",
        "log");
  }

  private static void fail(JobRun run, Piece piece, ErrorCode code, String why, long now) {
    run.failed(piece, new MillraceException(code, why), how(run.stage().stage(), piece, code), now);
  }

  private Shape shape() {
    List<List<Piece>> stages = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      stages.add(pieces());
      return new Shape(stages, true, stages.getFirst().size() > 1 && random.nextInt(3) == 0);
    }
    for (int stage = random.nextInt(3) == 0 ? random.nextInt(1, 4) : 0; stage >= 0; stage--) {
      stages.add(pieces());
    }
    return new Shape(stages, false, false);
  }

  private List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    long at = 0;
    for (int task = random.nextInt(1, 200); task > 0; task--) {
      long length = random.nextInt(1, 1000);
      pieces.add(new Piece(pieces.size(), at, length));
      at += length;
    }
    return pieces;
  }

  @Test
  void endsRightWhateverFails() {
    random = new SplittableRandom(Seeds.seed("JobRunTest"));
    int succeeded = 0;
    for (int round = Seeds.rounds(300); round > 0; round--) {
      succeeded += live(shape()) == JobState.SUCCEEDED ? 1 : 0;
    }
    assertThat(succeeded).as("some jobs succeed").isPositive();
  }

  private JobState live(Shape shape) {
    Records records = new Records();
    JobRun run =
        new JobRun(records.job(), shape.combine(), shape.stages().getFirst(), List.of(), 0);
    List<Piece> running = new ArrayList<>();
    int slots = random.nextInt(1, 9);
    int trouble = random.nextInt(3) * random.nextInt(20); // in 1,000
    boolean cancels = random.nextInt(4) == 0;
    long now = random.nextLong();
    for (int step = 0; step < MOST_STEPS; step++) {
      now += random.nextLong(random.nextInt(10) == 0 ? 700_000_000L : 5_000_000L);
      switch (random.nextInt(4)) {
        case 0 -> {
          Optional<Piece> next = running.size() < slots ? run.next(now) : Optional.empty();
          if (next.isPresent()) {
            run.started(next.get().task(), () -> 1, now);
            running.add(next.get());
          }
        }
        case 1 -> {
          if (!running.isEmpty()) {
            end(run, shape, running.remove(random.nextInt(running.size())), trouble, now);
          }
        }
        case 2 -> perform(run, shape, records, trouble, now);
        default -> {
          run.tick(now);
          if (random.nextInt(100) == 0) {
            run.recut(shape.recut(random));
          }
          if (cancels && random.nextInt(300) == 0) {
            run.cancel(now);
          }
          if (random.nextInt(1000) < trouble && !run.ended()) { // the node stops and starts again
            if (records.state.ended()) {
              return records.state;
            }
            run = restarted(run, shape, records);
            running.clear();
          }
        }
      }
      assertSane(run, shape, now);
      if (run.ended() && running.isEmpty()) {
        break;
      }
    }
    assertThat(run.ended()).as("it ends: %s", run.progress(now, 1)).isTrue();
    assertThat(run.job().state()).isEqualTo(records.state);
    assertThat(run.duty(now)).isEqualTo(new Duty.Done());
    return records.state;
  }

  private JobRun restarted(JobRun run, Shape shape, Records records) {
    return new JobRun(
        records.job(),
        shape.combine(),
        records.missing(0, shape.stages().getFirst()),
        records.ofStage(0),
        run.revision() + 1);
  }

  private void end(JobRun run, Shape shape, Piece piece, int trouble, long now) {
    int luck = random.nextInt(1000);
    if (luck < trouble) {
      fail(run, piece, ErrorCode.UNAVAILABLE, "try again", now);
    } else if (run.stopping() && random.nextBoolean()) {
      fail(run, piece, ErrorCode.CANCELLED, "cancelled", now);
    } else if (luck < trouble + trouble / 8) {
      fail(run, piece, ErrorCode.BAD_INPUT, "bad", now);
    } else if (luck < 2 * trouble) {
      fail(
          run,
          piece,
          random.nextBoolean() ? ErrorCode.PROGRAM_FAILED : ErrorCode.LIMIT_HIT,
          "broken",
          now);
    } else {
      run.finished(shape.result(run.stage().stage(), piece), now);
    }
  }

  private void perform(JobRun run, Shape shape, Records records, int trouble, long now) {
    Duty duty = run.duty(now);
    int luck = random.nextInt(1000);
    ErrorCode code = random.nextInt(10) == 0 ? ErrorCode.DISK_FULL : ErrorCode.UNAVAILABLE;
    MillraceException failure = new MillraceException(code, "catalog");
    boolean lost = random.nextBoolean(); // executed, but nobody heard of it
    boolean fails = luck < 10 * trouble;
    switch (duty) {
      case Duty.Await _ -> {}
      case Duty.Save save -> {
        if (!fails || lost) {
          save.results().forEach(result -> records.tasks.putIfAbsent(result.id(), result));
        }
        if (fails) {
          run.recordFailed(now);
        } else {
          run.recorded(save.results().size(), now);
        }
      }
      case Duty.Plan plan -> plan(run, plan, shape, records, random.nextInt(2000) < trouble, now);
      case Duty.Publish _ -> {
        assertThat(run.stage().stage()).isEqualTo(shape.stages().size() - 1);
        assertThat(run.stage().results()).hasSize(shape.stages().getLast().size());
        assertThat(shape.twice()).isFalse();
        if (!fails || lost) {
          records.state = JobState.SUCCEEDED;
        }
        if (fails) {
          run.publishFailed(failure, now);
        } else {
          run.ended(records.job());
        }
      }
      case Duty.End end -> {
        if ((!fails || lost) && !records.state.ended()) {
          records.state = end.state();
        }
        if (fails) {
          run.endFailed(failure, now);
        } else {
          run.ended(records.job());
        }
      }
      case Duty.Done _ -> assertThat(run.ended()).isTrue();
    }
  }

  private static void plan(
      JobRun run, Duty.Plan plan, Shape shape, Records records, boolean fails, long now) {
    int next = plan.stage() + 1;
    assertThat(plan.results()).hasSize(shape.stages().get(plan.stage()).size());
    if (fails) {
      run.planFailed(new MillraceException(ErrorCode.BUG, "plan"), now);
    } else if (next == shape.stages().size()) {
      run.planned();
    } else {
      run.begin(next, records.missing(next, shape.stages().get(next)), records.ofStage(next));
    }
  }

  private static void assertSane(JobRun run, Shape shape, long now) {
    List<Piece> pieces = shape.stages().get(run.stage().stage());
    JobProgress progress = run.progress(now, 2);
    long prefix = 0;
    int done = 0;
    boolean inOrder = true;
    Set<Integer> seen = new HashSet<>();
    for (Piece piece : pieces) {
      Optional<TaskResult> result = run.stage().result(piece.task());
      if (result.isPresent()) {
        done++;
        assertThat(seen.add(result.get().task())).isTrue();
        prefix += inOrder ? result.get().output().sizeBytes() : 0;
      } else {
        inOrder = false;
      }
    }
    check(progress.piecesDone() == done && progress.piecesTotal() == pieces.size(), progress);
    check(shape.files() || shape.stages().size() > 1 || progress.outputBytes() == prefix, progress);
    check(progress.inputBytesDone() <= progress.inputBytesTotal(), progress);
    check(progress.inputBytesTotal() == pieces.getLast().end(), progress);
    check(!run.ended() || run.next(now).isEmpty(), progress);
  }

  private static void check(boolean holds, JobProgress progress) {
    assertThat(holds).as("%s", progress).isTrue();
  }

  @Test
  void filesOfTheSameNameEndTheJobAtOnceAndKeepNothing() {
    List<Piece> pieces = List.of(new Piece(0, 0, 5), new Piece(1, 5, 5), new Piece(2, 10, 5));
    Shape shape = new Shape(List.of(pieces.subList(0, 2)), true, true);
    JobRun run = new JobRun(job(JobState.ACCEPTED), shape.combine(), pieces, List.of(), 0);
    pieces.forEach(piece -> run.started(piece.task(), () -> 0, 0));
    run.finished(shape.result(0, pieces.get(1)), 1);
    assertThat(run.stopping()).isFalse();
    run.finished(shape.result(0, pieces.get(0)), 2);
    assertThat(run.stopping()).isTrue();
    fail(run, pieces.get(2), ErrorCode.CANCELLED, "cancelled", 3);
    assertThat(run.duty(4)).isInstanceOf(Duty.Save.class);
    run.recorded(2, 4);
    assertThat(run.duty(5))
        .isInstanceOfSatisfying(
            Duty.End.class,
            end -> {
              assertThat(end.state()).isEqualTo(JobState.FAILED);
              assertThat(end.failure())
                  .startsWith("file 'file 0' of the answer: pieces 0 and 1 both wrote it: ");
              assertThat(end.keepTasks()).isFalse();
            });
  }

  @Test
  void aJobThatGoesOnWithFilesOfTheSameNameFails() {
    List<Piece> pieces = List.of(new Piece(0, 0, 5), new Piece(1, 5, 5));
    Shape shape = new Shape(List.of(pieces), true, true);
    List<TaskResult> done = pieces.stream().map(piece -> shape.result(0, piece)).toList();
    JobRun run = new JobRun(job(JobState.RUNNING), shape.combine(), List.of(), done, 0);
    assertThat(run.duty(1)).isInstanceOf(Duty.End.class);
  }

  @Test
  void recordsWhenEnoughOrLongEnoughWaiting() {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      pieces.add(new Piece(i, i, 1));
    }
    JobRun run =
        new JobRun(job(JobState.ACCEPTED), new Combine.ConcatenateInOrder(), pieces, List.of(), 0);
    long now = 5;
    for (int i = 0; i < JobRun.RECORD_TASKS; i++) {
      assertThat(run.duty(now)).isEqualTo(new Duty.Await());
      run.started(i, () -> 0, now);
      run.finished(result(pieces.get(i)), now);
    }
    assertThat(run.duty(now)).isEqualTo(new Duty.Save(run.batch()));
    assertThat(run.batch()).hasSize(JobRun.RECORD_TASKS);
    run.recorded(JobRun.RECORD_TASKS, now);
    run.started(100, () -> 0, now);
    run.finished(result(pieces.get(100)), now);
    assertThat(run.duty(now + JobRun.RECORD_NANOS - 1)).isEqualTo(new Duty.Await());
    assertThat(run.duty(now + JobRun.RECORD_NANOS)).isEqualTo(new Duty.Save(run.batch()));
  }

  @Test
  void aPieceThatFailsForAWhileIsTriedLaterAndNotForEver() {
    List<Piece> pieces = List.of(new Piece(0, 0, 1));
    JobRun run =
        new JobRun(job(JobState.ACCEPTED), new Combine.ConcatenateInOrder(), pieces, List.of(), 0);
    long now = 0;
    for (int tries = 1; tries <= JobRun.ATTEMPTS; tries++) {
      run.started(0, () -> 0, now);
      fail(run, pieces.getFirst(), ErrorCode.TIMEOUT, "slow", now);
      assertThat(run.next(now)).isEmpty();
      now += tries * JobRun.RETRY_NANOS;
    }
    assertThat(run.duty(now))
        .isEqualTo(
            new Duty.End(
                JobState.FAILED,
                "slow",
                List.of(how(0, pieces.getFirst(), ErrorCode.TIMEOUT)),
                false));
  }

  @Test
  void aPieceWhoseProgramFailsIsTriedTwiceAndSetAsideWhileTheOthersGoOn() {
    List<Piece> pieces = List.of(new Piece(0, 0, 1), new Piece(1, 1, 1), new Piece(2, 2, 1));
    JobRun run =
        new JobRun(job(JobState.ACCEPTED), new Combine.ConcatenateInOrder(), pieces, List.of(), 0);
    for (int tries = 1; tries <= JobRun.PROGRAM_ATTEMPTS; tries++) {
      assertThat(run.stage().attempt(0)).isEqualTo(new Try(tries, 1));
      run.started(0, () -> 0, 0);
      fail(run, pieces.getFirst(), ErrorCode.PROGRAM_FAILED, "task: exit 1: mend it", 0);
    }
    assertThat(run.next(0)).hasValueSatisfying(piece -> assertThat(piece.task()).isEqualTo(1));
    for (Piece piece : pieces.subList(1, 3)) {
      run.started(piece.task(), () -> 0, 0);
      run.finished(result(piece), 0);
    }
    assertThat(run.progress(0, 1).piecesFailed()).isEqualTo(1);
    assertThat(run.duty(0)).isInstanceOf(Duty.Save.class);
    run.recorded(2, 0);
    assertThat(run.duty(0))
        .isInstanceOfSatisfying(
            Duty.End.class,
            end -> {
              assertThat(end.keepTasks()).isTrue();
              assertThat(end.failure())
                  .startsWith("job " + run.job().id() + ": 1 of 3 tasks failed: task: exit 1")
                  .contains("millrace retry " + run.job().id() + " --failed");
              assertThat(end.failures())
                  .containsExactly(how(0, pieces.getFirst(), ErrorCode.PROGRAM_FAILED));
            });
  }

  @Test
  void whatEarlierJobsTookIsAnEstimateFromTheStart() {
    JobRun run =
        new JobRun(
            job(JobState.ACCEPTED),
            new Combine.ConcatenateInOrder(),
            List.of(new Piece(0, 0, 900), new Piece(1, 900, 900)),
            List.of(),
            0);
    assertThat(run.progress(0, 2).remaining()).isEmpty();
    run.expect(new Pace(100, 1_000_000_000L));
    assertThat(run.progress(0, 2).remaining()).contains(new Remaining(9000, 9000, 9000));
  }

  @Test
  void aTaskThatReadsNothingForAMinuteIsNamed() {
    JobRun run =
        new JobRun(
            job(JobState.ACCEPTED),
            new Combine.ConcatenateInOrder(),
            List.of(new Piece(0, 0, 9), new Piece(1, 9, 9)),
            List.of(),
            0);
    long[] read = {0};
    long minute = StageRun.STALL_NANOS;
    run.started(0, () -> read[0], 0);
    run.started(1, () -> read[0] / 2, 0);
    run.tick(minute - 1);
    assertThat(run.progress(minute - 1, 2).stall()).isEmpty();
    read[0] = 1;
    run.tick(minute);
    assertThat(run.progress(minute + 5_000_000_000L, 2).stall())
        .contains("task 1 has read nothing for 65 s");
    run.finished(result(new Piece(1, 9, 9)), minute);
    assertThat(run.progress(minute + 1, 2).stall()).isEmpty();
  }

  @Test
  void aPieceThatHitsALimitIsTriedOnceMoreWithTwiceAsMuch() {
    List<Piece> pieces = List.of(new Piece(0, 0, 1));
    JobRun run =
        new JobRun(job(JobState.ACCEPTED), new Combine.ConcatenateInOrder(), pieces, List.of(), 0);
    run.started(0, () -> 0, 0);
    fail(run, pieces.getFirst(), ErrorCode.LIMIT_HIT, "memory", 0);
    assertThat(run.stage().attempt(0)).isEqualTo(new Try(2, JobRun.MORE_LIMITS));
    run.started(0, () -> 0, 0);
    run.finished(result(pieces.getFirst()), 0);
    assertThat(run.duty(0)).isEqualTo(new Duty.Publish());
  }

  @Test
  void aProgramThatFailsOnEveryPieceEndsTheJobEarly() {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      pieces.add(new Piece(i, i, 1));
    }
    JobRun run =
        new JobRun(job(JobState.ACCEPTED), new Combine.ConcatenateInOrder(), pieces, List.of(), 0);
    int started = 0;
    for (Optional<Piece> next = run.next(0); next.isPresent(); next = run.next(0)) {
      run.started(next.get().task(), () -> 0, 0);
      fail(run, next.get(), ErrorCode.PROGRAM_FAILED, "broken", 0);
      started++;
    }
    assertThat(started).isEqualTo(JobRun.HOPELESS_TASKS * JobRun.PROGRAM_ATTEMPTS);
    assertThat(run.duty(0))
        .isInstanceOfSatisfying(Duty.End.class, end -> assertThat(end.keepTasks()).isFalse());
  }
}
