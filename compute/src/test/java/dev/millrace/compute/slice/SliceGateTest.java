package dev.millrace.compute.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.model.Priority;
import dev.millrace.testkit.Seeds;
import dev.millrace.testkit.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// With real threads and a clock that the tests move.
@Timeout(20)
final class SliceGateTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final SettableClock clock = new SettableClock(0);
  private final FakeCpuTime cpu = new FakeCpuTime();
  private final List<Thread> threads = new ArrayList<>();
  private SliceGate gate = new SliceGate(1, clock, cpu);

  /// A thread of a test, which must end.
  private interface Body {
    void run() throws Exception;
  }

  private FutureTask<Boolean> start(Body body) {
    FutureTask<Boolean> task =
        new FutureTask<>(() -> {
          body.run();
          return true;
        });
    threads.add(Thread.ofPlatform().name("pipeline").start(task));
    return task;
  }

  @AfterEach
  void nothingIsLeft() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    gate.verify();
    assertThat(gate.waiting()).isZero();
    // All slots are free: as many as there are enter at once.
    Pipeline last = pipeline(99);
    last.enter();
    last.leave();
  }

  private Pipeline pipeline(long job) {
    return gate.pipeline(SliceSimulation.job(job), Priority.NORMAL);
  }

  /// Waits until so many threads wait in the gate.
  private void awaitWaiting(int count) {
    while (gate.waiting() != count) {
      Thread.onSpinWait();
    }
  }

  /// Enters, and computes for 20 s.
  private Pipeline enteredLarge(long job) {
    Pipeline large = pipeline(job);
    large.enter();
    cpu.use(20 * SECOND);
    clock.advanceMillis(20_000);
    return large;
  }

  @Test
  void whoFindsNoFreeSlotWaitsForOne() throws Exception {
    Pipeline first = pipeline(1);
    first.enter();
    AtomicBoolean left = new AtomicBoolean();
    Pipeline second = pipeline(2);
    FutureTask<Boolean> waits =
        start(() -> {
          second.enter();
          assertThat(left).isTrue();
          second.leave();
        });
    awaitWaiting(1);
    left.set(true);
    first.leave();
    assertThat(waits.get()).isTrue();
  }

  @Test
  void yieldingDoesNothingWhileNobodyWaits() {
    Pipeline only = enteredLarge(1);
    clock.advanceMillis(1_000_000);
    only.yieldIfDue();
    assertThat(only.waitedNanos()).isZero();
    only.leave();
    only.yieldIfDue();
  }

  @Test
  void aLargePipelineLetsASmallOneThroughAndGoesOn() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    AtomicBoolean smallDone = new AtomicBoolean();
    FutureTask<Boolean> large =
        start(() -> {
          Pipeline mine = enteredLarge(1);
          entered.countDown();
          while (!smallDone.get()) {
            mine.yieldIfDue();
          }
          assertThat(mine.waitedNanos()).isEqualTo(30 * 1_000_000);
          mine.leave();
        });
    entered.await();
    Pipeline small = pipeline(2);
    small.enter();
    awaitWaiting(1);
    clock.advanceMillis(30);
    smallDone.set(true);
    small.leave();
    assertThat(large.get()).isTrue();
  }

  @Test
  void whoWaitsAndIsAbandonedGoesOnWithoutASlot() throws Exception {
    Pipeline first = pipeline(1);
    first.enter();
    Pipeline second = pipeline(2);
    FutureTask<Boolean> waits =
        start(() -> {
          second.enter();
          second.yieldIfDue();
          second.leave();
        });
    awaitWaiting(1);
    second.abandon();
    assertThat(waits.get()).isTrue();
    assertThat(gate.waiting()).isZero();
    first.leave();
  }

  @Test
  void oneThatIsAbandonedBeforeItEntersDoesNotWait() throws Exception {
    Pipeline first = pipeline(1);
    first.enter();
    Pipeline second = pipeline(2);
    second.abandon();
    assertThat(start(second::enter).get()).isTrue();
    first.leave();
  }

  @Test
  void anInterruptIsKeptForWhoeverWantsIt() throws Exception {
    Pipeline first = pipeline(1);
    first.enter();
    FutureTask<Boolean> waits =
        start(() -> {
          Pipeline second = pipeline(2);
          second.enter();
          assertThat(Thread.interrupted()).isTrue();
          second.leave();
        });
    awaitWaiting(1);
    threads.getFirst().interrupt();
    first.leave();
    assertThat(waits.get()).isTrue();
  }

  @Test
  void theSlotOfOneThatNeverLooksGoesToOneThatWaits() throws Exception {
    Pipeline hung = pipeline(1);
    hung.enter();
    CountDownLatch inSlot = new CountDownLatch(1);
    CountDownLatch mayLeave = new CountDownLatch(1);
    FutureTask<Boolean> other =
        start(() -> {
          Pipeline mine = pipeline(2);
          mine.enter();
          inSlot.countDown();
          mayLeave.await();
          mine.leave();
        });
    awaitWaiting(1);
    clock.advanceMillis(300);
    inSlot.await();
    FutureTask<Boolean> releaser =
        start(() -> {
          awaitWaiting(1); // it noticed, and waits in its turn
          mayLeave.countDown();
        });
    hung.yieldIfDue();
    assertThat(other.get()).isTrue();
    assertThat(releaser.get()).isTrue();
    hung.leave();
  }

  @Test
  void whileOneIsOutsideAnotherHasItsSlot() {
    Pipeline reader = pipeline(1);
    reader.enter();
    FutureTask<Boolean> other =
        start(() -> {
          Pipeline mine = pipeline(2);
          mine.enter();
          mine.leave();
        });
    awaitWaiting(1);
    reader.outside(() -> awaitDone(other));
    assertThat(gate.waiting()).isZero();
    reader.leave();
  }

  private static void awaitDone(FutureTask<?> task) {
    try {
      task.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatFailsOutsideFailsWithTheSlotBack() throws Exception {
    Pipeline reader = pipeline(1);
    reader.enter();
    Pipeline waits = pipeline(2);
    FutureTask<Boolean> other =
        start(() -> {
          waits.enter();
          waits.leave();
        });
    awaitWaiting(1);
    assertThatThrownBy(() ->
            reader.outside(() -> {
              throw new IllegalStateException("disk");
            }))
        .hasMessage("disk");
    assertThat(other.get()).isTrue();
    reader.leave();
  }

  /// Counts how it is told to stand still.
  private static final class FakeProcess implements Companion {
    final AtomicBoolean standing = new AtomicBoolean();
    final AtomicInteger changes = new AtomicInteger();
    final AtomicLong cpuNanos = new AtomicLong();

    @Override
    public long cpuNanos() {
      return cpuNanos.get();
    }

    @Override
    public void suspend() {
      assertThat(standing.getAndSet(true)).isFalse();
      changes.incrementAndGet();
    }

    @Override
    public void resume() {
      assertThat(standing.getAndSet(false)).isTrue();
      changes.incrementAndGet();
    }
  }

  @Test
  void aCompanionIsChargedAndStandsStillWhileItsPipelineWaits() throws Exception {
    FakeProcess process = new FakeProcess();
    CountDownLatch entered = new CountDownLatch(1);
    AtomicBoolean stop = new AtomicBoolean();
    FutureTask<Boolean> task =
        start(() -> {
          Pipeline mine = pipeline(1);
          mine.enter();
          process.cpuNanos.set(5 * SECOND);
          mine.accompany(process);
          process.cpuNanos.addAndGet(20 * SECOND); // its thread used nothing
          clock.advanceMillis(1000);
          entered.countDown();
          while (!stop.get()) {
            mine.yieldIfDue();
            mine.outside(() -> assertThat(process.standing).isFalse());
          }
          process.cpuNanos.addAndGet(SECOND);
          mine.dismissCompanion();
          mine.leave();
        });
    entered.await();
    Pipeline small = pipeline(2);
    small.enter();
    awaitWaiting(1);
    assertThat(process.standing).isTrue();
    stop.set(true);
    small.leave();
    assertThat(task.get()).isTrue();
    assertThat(process.standing).isFalse();
    assertThat(process.changes).hasValue(2);
  }

  @Test
  void aCompanionGoesOnWhenItsPipelineIsAbandoned() throws Exception {
    FakeProcess process = new FakeProcess();
    CountDownLatch entered = new CountDownLatch(1);
    Pipeline large = pipeline(1);
    FutureTask<Boolean> task =
        start(() -> {
          large.enter();
          large.accompany(process);
          process.cpuNanos.set(20 * SECOND);
          clock.advanceMillis(1000);
          entered.countDown();
          while (process.changes.get() < 2) {
            large.yieldIfDue();
          }
          large.leave();
        });
    entered.await();
    Pipeline small = pipeline(2);
    small.enter();
    awaitWaiting(1);
    large.abandon();
    assertThat(task.get()).isTrue();
    assertThat(process.standing).isFalse();
    small.leave();
  }

  @Test
  void otherThreadsOfATaskDoNotYieldForIt() throws Exception {
    Pipeline large = enteredLarge(1);
    Pipeline small = pipeline(2);
    FutureTask<Boolean> waits =
        start(() -> {
          small.enter();
          small.leave();
        });
    awaitWaiting(1);
    assertThat(start(large::yieldIfDue).get()).isTrue();
    assertThat(gate.waiting()).isEqualTo(1);
    large.yieldIfDue();
    assertThat(waits.get()).isTrue();
    large.leave();
  }

  @Test
  void whereProcessorTimeIsUnknownTheTimeInTheSlotCounts() throws Exception {
    gate = new SliceGate(1, clock, OptionalLong::empty);
    Pipeline large = pipeline(1);
    large.enter();
    clock.advanceMillis(20_000);
    large.leave();
    large = pipeline(1);
    large.enter();
    Pipeline small = pipeline(2);
    FutureTask<Boolean> waits =
        start(() -> {
          small.enter();
          small.leave();
        });
    awaitWaiting(1);
    large.yieldIfDue();
    assertThat(waits.get()).isTrue();
    large.leave();
  }

  @Test
  void neverMoreThanTheSlotsWorkAtOnce() throws Exception {
    long seed = Seeds.seed("SliceGateTest");
    int slots = 3;
    gate = new SliceGate(slots, clock, cpu);
    AtomicInteger working = new AtomicInteger();
    List<FutureTask<Boolean>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      SplittableRandom random = new SplittableRandom(seed + thread);
      tasks.add(start(() -> work(random, working, slots)));
    }
    for (FutureTask<Boolean> task : tasks) {
      assertThat(task.get()).isTrue();
    }
    assertThat(working).hasValue(0);
  }

  /// The clock moves by less than what makes a pipeline late.
  private void work(SplittableRandom random, AtomicInteger working, int slots) {
    for (int task = 0; task < 100; task++) {
      Pipeline mine = pipeline(random.nextInt(4));
      mine.enter();
      for (int step = random.nextInt(20); step >= 0; step--) {
        assertThat(working.incrementAndGet()).isLessThanOrEqualTo(slots);
        cpu.use(random.nextLong(SECOND / 10));
        working.decrementAndGet();
        if (random.nextInt(4) == 0) {
          mine.outside(Thread::onSpinWait);
        } else {
          mine.yieldIfDue();
        }
        gate.verify();
        if (random.nextInt(50) == 0) {
          clock.advanceMillis(1);
        }
      }
      mine.leave();
    }
  }
}
