package dev.millrace.compute.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.Combine;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Extent;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Priority;
import dev.millrace.model.Program;
import dev.millrace.model.TaskResult;
import dev.millrace.model.WrappedKey;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A job against a worker and a catalog that fail at random, one event after the other.
final class JobRunTest {
  private static final int MOST_STEPS = 20_000;

  private SplittableRandom random = new SplittableRandom(0);

  /// What the catalog has: the truth that survives a restart.
  private static final class Records {
    private final TreeMap<Integer, TaskResult> tasks = new TreeMap<>();
    private JobState state = JobState.ACCEPTED;

    private Job job() {
      return JobRunTest.job(state);
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
            Priority.NORMAL);
    Optional<String> failure =
        state == JobState.FAILED || state == JobState.CANCELLED
            ? Optional.of("why")
            : Optional.empty();
    return new Job(
        new JobId(new Id128(1, 1)),
        spec,
        state,
        1,
        0,
        new WrappedKey(1, Bytes.EMPTY),
        Optional.empty(),
        failure);
  }

  private static TaskResult result(Piece piece) {
    Manifest output =
        new Manifest(
            List.of(new Extent(new ChunkId(1, piece.task()), (int) piece.lengthBytes() + 1)));
    return new TaskResult(
        piece.task(),
        piece.offset(),
        piece.lengthBytes(),
        output,
        Map.of(),
        Bytes.EMPTY,
        new NodeId(new Id128(0, 1)),
        10);
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
      succeeded += live(pieces()) == JobState.SUCCEEDED ? 1 : 0;
    }
    assertThat(succeeded).as("some jobs succeed").isPositive();
  }

  private JobState live(List<Piece> pieces) {
    Records records = new Records();
    JobRun run = new JobRun(records.job(), new Combine.ConcatenateInOrder(), pieces, List.of(), 0);
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
            end(run, running.remove(random.nextInt(running.size())), trouble, now);
          }
        }
        case 2 -> perform(run, run.duty(now), records, trouble, now);
        default -> {
          run.tick(now);
          if (cancels && random.nextInt(300) == 0) {
            run.cancel(now);
          }
          if (random.nextInt(1000) < trouble && !run.ended()) { // the node stops and starts again
            if (records.state.ended()) {
              return records.state;
            }
            run = restarted(run, pieces, records);
            running.clear();
          }
        }
      }
      assertSane(run, pieces, now);
      if (run.ended() && running.isEmpty()) {
        break;
      }
    }
    assertThat(run.ended()).as("it ends: %s", run.progress(now, 1)).isTrue();
    assertThat(run.job().state()).isEqualTo(records.state);
    assertThat(run.duty(now)).isEqualTo(new Duty.Done());
    return records.state;
  }

  private JobRun restarted(JobRun run, List<Piece> pieces, Records records) {
    List<Piece> rest =
        pieces.stream().filter(piece -> !records.tasks.containsKey(piece.task())).toList();
    return new JobRun(
        records.job(),
        new Combine.ConcatenateInOrder(),
        rest,
        List.copyOf(records.tasks.values()),
        run.revision() + 1);
  }

  private void end(JobRun run, Piece piece, int trouble, long now) {
    int luck = random.nextInt(1000);
    if (luck < trouble) {
      run.failed(piece, new MillraceException(ErrorCode.UNAVAILABLE, "try again"), now);
    } else if (run.stopping() && random.nextBoolean()) {
      run.failed(piece, new MillraceException(ErrorCode.CANCELLED, "cancelled"), now);
    } else if (luck < trouble + trouble / 8) {
      run.failed(piece, new MillraceException(ErrorCode.BAD_INPUT, "bad"), now);
    } else {
      run.finished(result(piece), now);
    }
  }

  private void perform(JobRun run, Duty duty, Records records, int trouble, long now) {
    int luck = random.nextInt(1000);
    ErrorCode code = random.nextInt(10) == 0 ? ErrorCode.DISK_FULL : ErrorCode.UNAVAILABLE;
    MillraceException failure = new MillraceException(code, "catalog");
    boolean lost = random.nextBoolean(); // executed, but nobody heard of it
    boolean fails = luck < 10 * trouble;
    switch (duty) {
      case Duty.Await _ -> {}
      case Duty.Save save -> {
        if (!fails || lost) {
          save.results().forEach(result -> records.tasks.putIfAbsent(result.task(), result));
        }
        if (fails) {
          run.recordFailed(now);
        } else {
          run.recorded(save.results().size(), now);
        }
      }
      case Duty.Publish _ -> {
        assertThat(run.results()).hasSize(run.pieces());
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

  private static void assertSane(JobRun run, List<Piece> pieces, long now) {
    JobProgress progress = run.progress(now, 2);
    long prefix = 0;
    int done = 0;
    boolean inOrder = true;
    Set<Integer> seen = new HashSet<>();
    for (Piece piece : pieces) {
      Optional<TaskResult> result = run.result(piece.task());
      if (result.isPresent()) {
        done++;
        assertThat(seen.add(result.get().task())).isTrue();
        prefix += inOrder ? result.get().output().sizeBytes() : 0;
      } else {
        inOrder = false;
      }
    }
    check(progress.piecesDone() == done && progress.piecesTotal() == pieces.size(), progress);
    check(progress.outputBytes() == prefix, progress);
    check(progress.inputBytesDone() <= progress.inputBytesTotal(), progress);
    check(progress.inputBytesTotal() == pieces.getLast().end(), progress);
    check(!run.ended() || run.next(now).isEmpty(), progress);
  }

  private static void check(boolean holds, JobProgress progress) {
    assertThat(holds).as("%s", progress).isTrue();
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
      run.failed(pieces.getFirst(), new MillraceException(ErrorCode.TIMEOUT, "slow"), now);
      assertThat(run.next(now)).isEmpty();
      now += tries * JobRun.RETRY_NANOS;
    }
    assertThat(run.duty(now)).isEqualTo(new Duty.End(JobState.FAILED, "slow"));
  }
}
