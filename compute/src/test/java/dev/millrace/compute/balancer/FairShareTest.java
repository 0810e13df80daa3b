package dev.millrace.compute.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import dev.millrace.compute.balancer.FairShare.Load;
import dev.millrace.compute.balancer.JobAdmission.Admitted;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.plan.PieceSizes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Instructions;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobSpec;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Priority;
import dev.millrace.model.Program;
import dev.millrace.model.Stored;
import dev.millrace.model.WrappedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

final class FairShareTest {
  private static final int SLOTS = 4;
  private static final int PLACES = 12;
  private static final int PIECES = 100;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long LARGE_BYTES = ByteUnits.GIB;
  private static final long SMALL_BYTES = 10 * ByteUnits.MIB;

  private final Call call = Instructions.load().find("count").parse(List.of());
  private final List<LiveJob> jobs = new ArrayList<>();
  private long now = 1000 * SECOND;

  private LiveJob begin(Priority priority, long bytes) {
    JobSpec spec =
        new JobSpec(
            new Program.Instruction("count", List.of()),
            List.of(),
            List.of(),
            BucketName.RESULTS,
            new ObjectKey("out"),
            JobOptions.USUAL.with(priority));
    Job job =
        Job.accepted(
            new JobId(new Id128(1, jobs.size())),
            spec,
            1,
            new WrappedKey(1, Bytes.EMPTY),
            Optional.empty());
    List<Piece> pieces = new ArrayList<>();
    for (int task = 0; task < PIECES; task++) {
      pieces.add(new Piece(task, task * (bytes / PIECES), bytes / PIECES));
    }
    JobRun run = new JobRun(job, new Combine.ConcatenateInOrder(), pieces, List.of(), 0);
    InputLayout layout = new InputLayout(List.of(bytes), List.of("in"));
    LiveJob live =
        new LiveJob(
            run,
            new Admitted(spec, call, layout, FairShareTest::noContent),
            now,
            new ReentrantLock().newCondition(),
            PieceSizes.upTo(bytes),
            List.of());
    jobs.add(live);
    return live;
  }

  private static Stored noContent(int input) {
    throw new AssertionError("input " + input + " was asked for");
  }

  private LiveJob old(Priority priority, long bytes) {
    LiveJob job = begin(priority, bytes);
    now += FairShare.YOUNG_NANOS;
    return job;
  }

  private Optional<LiveJob> next(int taken) {
    return FairShare.next(jobs, new Load(taken, SLOTS, PLACES), now);
  }

  /// Starts what may start, as long as something may.
  private int fill(int taken) {
    int filled = taken;
    for (Optional<LiveJob> next = next(filled); next.isPresent(); next = next(filled)) {
      JobRun run = next.get().run;
      run.started(run.next(now).orElseThrow().task(), () -> 0, now);
      filled++;
    }
    return filled;
  }

  private static int running(LiveJob job) {
    return job.run.stage().runningTasks();
  }

  @Test
  void freeSlotsAreSharedEqually() {
    LiveJob first = old(Priority.NORMAL, LARGE_BYTES);
    LiveJob second = old(Priority.NORMAL, LARGE_BYTES);
    assertThat(fill(0)).isEqualTo(SLOTS);
    assertThat(running(first)).isEqualTo(2);
    assertThat(running(second)).isEqualTo(2);
  }

  @Test
  void aloneAJobTakesTheSlotsAndNoMore() {
    LiveJob young = begin(Priority.HIGH, SMALL_BYTES);
    assertThat(fill(0)).isEqualTo(SLOTS);
    assertThat(running(young)).isEqualTo(SLOTS);
    assertThat(next(PLACES - 1)).isEmpty();
  }

  @Test
  void urgentJobsGetMoreSlots() {
    LiveJob low = old(Priority.LOW, LARGE_BYTES);
    LiveJob normal = old(Priority.NORMAL, LARGE_BYTES);
    LiveJob high = old(Priority.HIGH, LARGE_BYTES);
    assertThat(next(0)).contains(high);
    fill(0);
    assertThat(running(high)).isEqualTo(SLOTS);
    assertThat(running(normal)).as("it takes turns").isEqualTo(1);
    assertThat(running(low)).as("it takes turns").isEqualTo(1);
  }

  @Test
  void aJobWithNothingRunningIsNotHeldUpByLongTasks() {
    old(Priority.NORMAL, LARGE_BYTES);
    assertThat(fill(0)).isEqualTo(SLOTS);
    LiveJob second = old(Priority.NORMAL, LARGE_BYTES);
    assertThat(fill(SLOTS)).isEqualTo(SLOTS + 1);
    assertThat(running(second)).isEqualTo(1);
  }

  @Test
  void aYoungSmallJobTakesAsManyPlacesAsItCouldUseSlots() {
    old(Priority.NORMAL, LARGE_BYTES);
    fill(0);
    LiveJob small = begin(Priority.NORMAL, SMALL_BYTES);
    assertThat(fill(SLOTS)).isEqualTo(2 * SLOTS);
    assertThat(running(small)).isEqualTo(SLOTS);
    now += FairShare.YOUNG_NANOS;
    LiveJob other = begin(Priority.NORMAL, LARGE_BYTES);
    assertThat(next(PLACES - SLOTS - 1)).contains(other);
  }

  @Test
  void theLastPlacesAreKeptForYoungSmallJobs() {
    for (int i = 0; i < 3 * PLACES; i++) {
      begin(i % 2 == 0 ? Priority.HIGH : Priority.NORMAL, LARGE_BYTES);
    }
    assertThat(fill(0)).isEqualTo(PLACES - SLOTS);
    now += FairShare.YOUNG_NANOS;
    assertThat(next(PLACES - SLOTS)).isEmpty();
    LiveJob small = begin(Priority.LOW, SMALL_BYTES);
    assertThat(next(PLACES - SLOTS)).contains(small);
    assertThat(fill(PLACES - SLOTS)).isEqualTo(PLACES);
    assertThat(running(small)).isEqualTo(SLOTS);
    begin(Priority.HIGH, SMALL_BYTES);
    assertThat(next(PLACES)).isEmpty();
  }

  @Test
  void aSmallJobThatIsYoungNoMoreWaitsLikeOthers() {
    old(Priority.NORMAL, LARGE_BYTES);
    fill(0);
    LiveJob small = old(Priority.NORMAL, SMALL_BYTES);
    assertThat(next(PLACES - SLOTS)).isEmpty();
    assertThat(next(PLACES - SLOTS - 1)).contains(small);
    fill(PLACES - SLOTS - 1);
    assertThat(running(small)).isEqualTo(1);
  }
}
