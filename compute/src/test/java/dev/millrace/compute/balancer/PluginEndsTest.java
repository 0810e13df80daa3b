package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.program.Split;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Plug-ins that do not end when they are stopped, and jobs of plug-ins after a restart.
final class PluginEndsTest extends AbstractPluginTest {
  @Test
  void aPieceNeedNotBeReadToItsEnd() {
    plugin.run =
        (piece, output, _) -> {
          byte[] one = new byte[1];
          output.write(one, 0, piece.read(piece.segments().getFirst(), 0, one, 0, 1));
          return Bytes.EMPTY;
        };
    JobProgress end = house.awaitEnd(house.submitFresh("odd", input));
    assertThat(end.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(end.inputBytesDone()).isEqualTo(TEXT.length());
    assertThat(end.outputBytes()).isEqualTo(end.piecesTotal());
  }

  @Test
  void aTaskThatNeverEndsIsLeftBehindWhenItsJobIsCancelled() throws Exception {
    CountDownLatch begun = new CountDownLatch(JobHouse.SLOTS);
    plugin.run =
        (_, _, _) -> {
          begun.countDown();
          waitForever();
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    begun.await();
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    assertGoesOn();
  }

  @Test
  void whatATaskThatWasLeftBehindMayStillUseIsNotGivenToTheNext() throws Exception {
    Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();
    Queue<Object> kept = new ConcurrentLinkedQueue<>();
    CountDownLatch begun = new CountDownLatch(JobHouse.SLOTS);
    plugin.run =
        (_, _, context) -> {
          buffers.add(context.buffer());
          kept.add(context.kept(Thing.class, Thing::new));
          begun.countDown();
          waitForever();
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    begun.await();
    house.jobs().cancel(id);
    Set<Object> before = Collections.newSetFromMap(new IdentityHashMap<>());
    before.addAll(buffers);
    before.addAll(kept);
    assertThat(before).hasSize(2 * JobHouse.SLOTS);
    AtomicInteger shared = new AtomicInteger();
    plugin.run =
        (_, _, context) -> {
          boolean same = before.contains(context.buffer());
          same |= before.contains(context.kept(Thing.class, Thing::new));
          shared.addAndGet(same ? 1 : 0);
          return Bytes.EMPTY;
        };
    assertThat(house.output(house.submitFresh("odd", input))).isEmpty();
    assertThat(shared).hasValue(0);
  }

  /// Something to keep.
  private static final class Thing implements AutoCloseable {
    @Override
    public void close() {}
  }

  @Test
  void aTaskThatChecksEndsSoonWhenItsJobIsCancelled() throws Exception {
    CountDownLatch begun = new CountDownLatch(JobHouse.SLOTS);
    CountDownLatch ended = new CountDownLatch(JobHouse.SLOTS);
    plugin.run =
        (_, _, context) -> {
          begun.countDown();
          try {
            while (never.getCount() > 0) {
              context.check();
              Thread.onSpinWait();
            }
          } finally {
            ended.countDown();
          }
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    begun.await();
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    ended.await();
    assertGoesOn();
  }

  @Test
  void aPluginWhoseCallsNeverEndIsNotCalledAnyMore() throws Exception {
    plugin.split = Split.WholeFile::new;
    Semaphore begun = new Semaphore(0);
    Semaphore ended = new Semaphore(0);
    plugin.run =
        (_, _, _) -> {
          begun.release();
          waitForever();
          ended.release();
          return Bytes.EMPTY;
        };
    for (int i = 0; i < 4; i++) {
      JobId id = house.submitFresh("odd", input);
      begun.acquire();
      assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    }
    plugin.run = (_, _, _) -> Bytes.EMPTY;
    assertThat(refusal()).contains("4 of its calls", "restart the node");
    never.countDown();
    ended.acquire(4);
    // they end on threads of their own, and are counted a moment later
    while (true) {
      try {
        assertThat(house.output(house.submitFresh("odd", input))).isEmpty();
        return;
      } catch (MillraceException e) {
        assertThat(e).hasMessageContaining("of its calls");
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aCombiningStepThatNeverEndsStopsWhenItsJobIsCancelled() throws Exception {
    Semaphore begun = new Semaphore(0);
    plugin.reduce((_, _, answer) -> {
      answer.write('x');
      begun.release();
      waitForever();
    });
    JobId id = house.submitFresh("odd", input);
    begun.acquire();
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    assertThatThrownBy(() -> house.output(id))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    assertGoesOn();
  }

  @Test
  void aCombiningStepThatWritesWithoutEndStopsWhenItsJobIsCancelled() throws Exception {
    Semaphore begun = new Semaphore(0);
    AtomicBoolean ended = new AtomicBoolean();
    plugin.reduce((_, _, answer) -> {
      try {
        for (long i = 0; never.getCount() > 0; i++) {
          if (i == 100_000) {
            begun.release();
          }
          answer.write(i < 1_000_000 ? new byte[1] : new byte[0]);
        }
      } finally {
        ended.set(true);
      }
    });
    JobId id = house.submitFresh("odd", input);
    begun.acquire();
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    assertGoesOn();
  }

  @Test
  void theNodeStopsThoughItsCodeNeverEnds() throws Exception {
    Semaphore begun = new Semaphore(0);
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (_, _, _) -> {
          begun.release();
          waitForever();
          return Bytes.EMPTY;
        };
    JobId running = house.submitFresh("odd", input);
    begun.acquire();
    plugin.run = (_, _, _) -> Bytes.EMPTY;
    plugin.reduce((_, _, _) -> {
      begun.release();
      waitForever();
    });
    JobId combining = house.submitFresh("odd", input);
    begun.acquire();
    house.restart();
    assertThat(house.jobs().progress(running).job().state().ended()).isFalse();
    assertThat(house.jobs().progress(combining).job().state().ended()).isFalse();
    plugin.reduce((_, _, answer) -> answer.write('x'));
    assertThat(house.jobs().resumeAll()).isEqualTo(2);
    assertThat(house.output(combining)).asString(UTF_8).isEqualTo("x");
    assertThat(house.awaitEnd(running).job().state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aJobWhosePluginFailsAfterARestartFailsAndTheNodeStarts() {
    plugin.run =
        (_, _, context) -> {
          while (never.getCount() > 0) {
            context.check();
            never.await(5, TimeUnit.MILLISECONDS);
          }
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    house.restart();
    plugin.parse =
        () -> {
          throw new IllegalStateException("not today");
        };
    assertThat(house.jobs().resumeAll()).isZero();
    JobProgress end = house.jobs().progress(id);
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertItsFault(end.job().failure().orElseThrow(), "not today");
  }

  @Test
  void aJobWhosePiecesFitItsPluginNoMoreFailsAndTheNodeStarts() {
    plugin.run =
        (piece, _, context) -> {
          while (never.getCount() > 0 && piece.segments().getFirst().offset() > 0) {
            context.check();
            never.await(5, TimeUnit.MILLISECONDS);
          }
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    house.awaitPieces(id, 1);
    house.restart();
    plugin.split = Split.WholeFile::new;
    assertThat(house.jobs().resumeAll()).isZero();
    JobProgress end = house.jobs().progress(id);
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertThat(end.job().failure().orElseThrow()).contains("don't fit", "submit it again");
    assertGoesOn();
  }

  @Test
  void aJobThatMayNotGoOnFailsWithTheReason() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    plugin.run =
        (_, _, context) -> {
          begun.countDown();
          while (never.getCount() > 0) {
            context.check();
            never.await(5, TimeUnit.MILLISECONDS);
          }
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    begun.await();
    house.restart();
    assertThat(house.jobs().resumeAll((_, tasks) -> Optional.of("no: " + tasks))).isZero();
    assertThat(house.jobs().progress(id).job().failure()).contains("no: 0");
  }
}
