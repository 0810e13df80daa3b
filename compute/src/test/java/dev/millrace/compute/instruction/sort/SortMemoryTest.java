package dev.millrace.compute.instruction.sort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.program.FakeContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class SortMemoryTest {
  private static final class Context extends FakeContext {
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch slot = new CountDownLatch(1);
    private volatile boolean cancelled;
    private volatile boolean pausing;

    @Override
    public void check() {
      waiting.countDown();
      if (pausing) {
        awaitSlot();
      }
      if (cancelled) {
        throw new MillraceException(ErrorCode.CANCELLED, "task 0: cancelled: this is a test");
      }
    }

    private void awaitSlot() {
      try {
        slot.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private final SortMemory memory = new SortMemory(1_000, 4);

  private SortMemory.Taken take(int least, long useful) {
    return memory.take(least, useful, new Context());
  }

  @Test
  void aTaskGetsWhatIsUsefulUpToAShareAndWhatItNeedsInAnyCase() {
    assertThat(take(1, 10).bytes()).hasSize(10);
    assertThat(take(1, 10_000).bytes()).hasSize(250);
    assertThat(take(400, 10_000).bytes()).hasSize(400);
    assertThat(memory.mostTakenBytes()).isEqualTo(660);
  }

  @Test
  void aSharesArrayIsUsedAgain() {
    byte[] first;
    try (SortMemory.Taken taken = take(1, 10_000)) {
      first = taken.bytes();
    }
    SortMemory.Taken again = take(1, 10_000);
    assertThat(again.bytes()).isSameAs(first);
    assertThat(take(1, 10_000).bytes()).isNotSameAs(first);
    again.close();
    again.close(); // the second time means nothing
    assertThat(take(1, 10_000).bytes()).isSameAs(first);
    assertThat(take(1, 10_000).bytes()).isNotSameAs(first);
  }

  @Test
  void aTaskWaitsUntilThereIsEnough() throws Exception {
    SortMemory.Taken all = take(1_000, 0);
    Context context = new Context();
    CompletableFuture<SortMemory.Taken> next = new CompletableFuture<>();
    Thread.startVirtualThread(() -> next.complete(memory.take(600, 0, context)));
    context.waiting.await();
    assertThat(next).isNotDone();
    all.close();
    assertThat(next.get().bytes()).hasSize(600);
    assertThat(memory.mostTakenBytes()).isEqualTo(1_000);
  }

  /// A check waits for as long as others have the task's slot, and they may need the memory.
  @Test
  void aTaskThatWaitsForItsSlotHoldsUpNobody() throws Exception {
    SortMemory.Taken all = take(1_000, 0);
    Context context = new Context();
    context.pausing = true;
    CompletableFuture<SortMemory.Taken> next = new CompletableFuture<>();
    Thread.startVirtualThread(() -> next.complete(memory.take(600, 0, context)));
    context.waiting.await();
    all.close(); // what the other waits for is kept for it
    SortMemory.Taken rest = take(400, 0);
    Context third = new Context();
    CompletableFuture<SortMemory.Taken> behind = new CompletableFuture<>();
    Thread.startVirtualThread(() -> behind.complete(memory.take(1, 0, third)));
    third.waiting.await();
    assertThat(next).isNotDone();
    context.slot.countDown();
    assertThat(next.get().bytes()).hasSize(600);
    rest.close();
    assertThat(behind.get().bytes()).hasSize(1);
    assertThat(memory.mostTakenBytes()).isEqualTo(1_000);
  }

  @Test
  void whoCameFirstGetsItsMemoryFirst() throws Exception {
    SortMemory.Taken half = take(500, 0);
    SortMemory.Taken other = take(500, 0);
    Context large = new Context();
    CompletableFuture<SortMemory.Taken> first = new CompletableFuture<>();
    Thread.startVirtualThread(() -> first.complete(memory.take(1_000, 0, large)));
    large.waiting.await();
    Context small = new Context();
    CompletableFuture<SortMemory.Taken> second = new CompletableFuture<>();
    Thread.startVirtualThread(() -> second.complete(memory.take(1, 0, small)));
    small.waiting.await();
    half.close(); // enough for the small one, which came later
    other.close();
    first.get().close();
    assertThat(second.get().bytes()).hasSize(1);
    assertThat(memory.mostTakenBytes()).isEqualTo(1_000);
  }

  @Test
  void aTaskThatWaitsCanBeCancelled() throws Exception {
    SortMemory.Taken all = take(1_000, 0);
    Context context = new Context();
    CompletableFuture<Void> next = CompletableFuture.runAsync(() -> memory.take(1, 0, context));
    context.waiting.await();
    context.cancelled = true;
    assertThatThrownBy(next::join)
        .hasCauseInstanceOf(MillraceException.class)
        .hasMessageContaining("cancelled");
    all.close();
    assertThat(take(1_000, 0).bytes()).hasSize(1_000);
  }

  @Test
  void aTaskThatIsCancelledGivesUpWhatWasKeptForIt() throws Exception {
    SortMemory.Taken all = take(1_000, 0);
    Context context = new Context();
    context.pausing = true;
    context.cancelled = true;
    CompletableFuture<Void> next = CompletableFuture.runAsync(() -> memory.take(600, 0, context));
    context.waiting.await();
    all.close();
    context.slot.countDown();
    assertThatThrownBy(next::join).hasMessageContaining("cancelled");
    assertThat(take(1_000, 0).bytes()).hasSize(1_000);
  }

  @Test
  void moreThanAllIsABug() {
    assertThatThrownBy(() -> take(1_001, 0)).hasMessageContaining("bug: 1001 bytes of 1000");
  }
}
