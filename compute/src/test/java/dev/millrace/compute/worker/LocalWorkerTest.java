package dev.millrace.compute.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.MemoryContentStore;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.compute.slice.Companion;
import dev.millrace.model.NodeId;
import dev.millrace.model.Stored;
import dev.millrace.testkit.SettableClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LocalWorkerTest {
  private static final byte[] TEXT = "a line\n".getBytes(UTF_8);

  private final SettableClock clock = new SettableClock(0);
  private final SlowStore store = new SlowStore(new MemoryContentStore());
  private final Stored input = store.content.store(TEXT);
  private final List<TaskProbe> probes = new ArrayList<>();
  private LocalWorker worker = newWorker(1, clock);

  private LocalWorker newWorker(int slots, Clock ofWorker) {
    return new LocalWorker(store, new NodeId(new Id128(0, 1)), slots, ofWorker);
  }

  private void restart(int slots, Clock ofWorker) {
    worker.close();
    worker = newWorker(slots, ofWorker);
  }

  @AfterEach
  void noThreadIsLeft() throws InterruptedException {
    worker.close();
    for (TaskProbe probe : probes) {
      assertThat(probe.end).isDone();
      Thread thread = probe.thread;
      if (thread != null) {
        thread.join();
      }
    }
  }

  private TaskProbe start(long job, TaskProbe.Work work) {
    TaskProbe probe = TaskProbe.start(worker, job, input, work);
    probes.add(probe);
    return probe;
  }

  private static void untilTold(AtomicBoolean told, TaskContext context) {
    while (!told.get()) {
      context.check();
      Thread.onSpinWait();
    }
  }

  private static void assertCancelled(TaskProbe probe) {
    assertThatThrownBy(probe.end::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
  }

  @Test
  void aShortTaskEndsBeforeALongOneThatHasTheOnlySlot() throws Exception {
    restart(1, Clock.system());
    AtomicBoolean stop = new AtomicBoolean();
    TaskProbe large = start(1, (_, _, context) -> untilTold(stop, context));
    large.begun.await();
    TaskProbe small = start(2, (_, output, _) -> output.write(TEXT));
    assertThat(small.end.join().output().sizeBytes()).isEqualTo(TEXT.length);
    assertThat(large.end).isNotDone();
    stop.set(true);
    assertThat(large.end.join().task()).isZero();
  }

  @Test
  void noMoreTasksComputeThanThereAreSlots() {
    restart(2, clock); // it stands, so nobody is late
    AtomicInteger computing = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    for (int job = 0; job < 20; job++) {
      start(
          job % 5,
          (_, _, context) -> {
            for (int step = 0; step < 1000; step++) {
              most.accumulateAndGet(computing.incrementAndGet(), Math::max);
              computing.decrementAndGet();
              context.check();
            }
          });
    }
    probes.forEach(probe -> probe.end.join());
    assertThat(most).hasValueBetween(1, 2);
  }

  @Test
  void aTaskThatWaitsForASlotCanBeCancelled() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    TaskProbe first = start(1, (_, _, context) -> untilTold(stop, context));
    first.begun.await();
    TaskProbe second = start(2, (_, _, _) -> {});
    second.cancel();
    assertCancelled(second);
    assertThat(second.begun.getCount()).as("it never began").isEqualTo(1);
    assertThat(first.end).isNotDone();
    stop.set(true);
    first.end.join();
  }

  @Test
  void closingCancelsWhatComputesAndWhatWaits() throws Exception {
    AtomicBoolean never = new AtomicBoolean();
    TaskProbe first = start(1, (_, _, context) -> untilTold(never, context));
    first.begun.await();
    for (int job = 2; job < 10; job++) {
      start(job, (_, _, context) -> untilTold(never, context));
    }
    worker.close();
    probes.forEach(LocalWorkerTest::assertCancelled);
    assertThatThrownBy(() -> start(10, (_, _, _) -> {}))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    worker.close();
  }

  /// Counts how many there are, and are open.
  private record Kept(AtomicInteger open) implements AutoCloseable {
    static Kept made(AtomicInteger open, AtomicInteger made) {
      open.incrementAndGet();
      made.incrementAndGet();
      return new Kept(open);
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  @Test
  void costlyThingsAreHandedOnAndNoMoreAreKeptThanSlots() throws Exception {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger made = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    for (int job = 1; job <= 5; job++) {
      start(job, (_, _, context) -> context.kept(Kept.class, () -> Kept.made(open, made)))
          .end
          .join();
    }
    assertThat(made).as("one after the other").hasValue(1);
    for (int job = 1; job <= 3; job++) {
      TaskProbe probe =
          start(
              job,
              (_, _, context) -> {
                context.kept(Kept.class, () -> Kept.made(open, made));
                untilTold(stop, context);
              });
      if (job == 1) {
        probe.begun.await();
      }
    }
    while (open.get() < 3) { // they take turns
      clock.advanceMillis(1000);
    }
    stop.set(true);
    probes.forEach(probe -> probe.end.join());
    while (open.get() > 1) {
      Thread.onSpinWait(); // the ends are told before the last tools are given back
    }
    worker.close();
    assertThat(open).hasValue(0);
  }

  @Test
  void whileOneTaskWaitsForDisksTheSlotComputesTheNext() throws Exception {
    CountDownLatch disk = new CountDownLatch(1);
    store.beforeFinish = () -> await(disk);
    TaskProbe first = start(1, (_, output, _) -> output.write(TEXT));
    first.leftSlot.await();
    TaskProbe second = start(2, (_, output, _) -> output.write(TEXT));
    second.begun.await();
    assertThat(first.end).isNotDone();
    TaskProbe third = start(3, (_, _, _) -> {});
    third.end.join();
    assertThat(second.leftSlot.getCount()).as("one at a time waits for disks").isEqualTo(1);
    disk.countDown();
    second.leftSlot.await();
    first.end.join();
    second.end.join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void timeSpentWaitingForASlotIsNotATasksOwn() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    TaskProbe large = start(1, (_, _, context) -> untilTold(stop, context));
    large.begun.await();
    clock.advanceMillis(20_000);
    TaskProbe small = start(2, (_, _, _) -> clock.advanceMillis(50));
    assertThat(small.end.join().elapsedMillis()).isEqualTo(50);
    stop.set(true);
    assertThat(large.end.join().elapsedMillis()).isEqualTo(20_000);
  }

  @Test
  void whileATaskReadsFromASlowDiskAnotherComputes() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch waits = new CountDownLatch(1);
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead =
        () -> {
          if (reads.incrementAndGet() == 1) {
            clock.advanceMillis(10);
          } else {
            await(begun);
          }
        };
    TaskProbe reader =
        start(
            1,
            (in, _, context) -> {
              in.read(in.segments().getFirst(), 0, context.buffer(), 0, 1);
              await(waits);
              in.read(in.segments().getFirst(), 1, context.buffer(), 0, 1);
            });
    reader.begun.await();
    TaskProbe other = start(2, (_, _, _) -> begun.countDown());
    while (worker.waiting() == 0) {
      Thread.onSpinWait();
    }
    waits.countDown();
    other.end.join();
    reader.end.join();
  }

  @Test
  void whatWorksForATaskStandsStillWhileTheTaskWaits() throws Exception {
    AtomicBoolean standing = new AtomicBoolean();
    AtomicBoolean stop = new AtomicBoolean();
    Companion companion =
        new Companion() {
          @Override
          public long cpuNanos() {
            return clock.nanoTime();
          }

          @Override
          public void suspend() {
            standing.set(true);
          }

          @Override
          public void resume() {
            standing.set(false);
          }
        };
    TaskProbe large =
        start(1, (_, _, context) -> context.accompanied(companion, () -> untilTold(stop, context)));
    large.begun.await();
    clock.advanceMillis(5000);
    TaskProbe small = start(2, (_, _, _) -> assertThat(standing).isTrue());
    small.end.join();
    stop.set(true);
    large.end.join();
    assertThat(standing).isFalse();
  }

  @Test
  void aTaskThatFailsGivesItsSlotBack() {
    TaskProbe failing =
        start(
            1,
            (_, output, _) -> {
              output.write(TEXT);
              throw new IOException("no");
            });
    assertThatThrownBy(failing.end::join).hasMessageContaining("no");
    assertThat(start(2, (_, _, _) -> {}).end.join().task()).isZero();
  }
}
