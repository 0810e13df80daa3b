package dev.millrace.client.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.client.content.BufferPool.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

final class BufferPoolTest {
  private final BufferPool pool = new BufferPool(BufferPool.MIN_BUDGET_BYTES);

  @Test
  void whoeverComesLateGetsSmallerBuffers() {
    List<Size> sizes = new ArrayList<>();
    List<byte[]> lent = new ArrayList<>();
    while (pool.lentBytes() < BufferPool.MIN_BUDGET_BYTES - Size.SMALL.bytes()) {
      byte[] buffer = pool.acquire(64);
      lent.add(buffer);
      sizes.add(Size.of(buffer));
    }
    assertThat(sizes).isSortedAccordingTo((a, b) -> b.compareTo(a)).contains(Size.values());
    lent.forEach(pool::release);
    assertThat(pool.lentBytes()).isZero();
    assertThat(pool.mostLentBytes()).isLessThanOrEqualTo(BufferPool.MIN_BUDGET_BYTES);
  }

  @Test
  void buffersAreUsedAgain() {
    byte[] first = pool.acquire(64);
    pool.release(first);
    assertThat(pool.acquire(40)).isSameAs(first);
    assertThat(pool.acquire(1)).hasSize(Size.SMALL.bytes());
    assertThat(pool.acquire(2)).hasSize(Size.MEDIUM.bytes());
  }

  @Test
  void whoeverWaitsGetsTheNextOneThatIsFreed() throws InterruptedException, ExecutionException {
    List<byte[]> lent = new ArrayList<>();
    for (Optional<byte[]> more = pool.tryAcquire(Size.SMALL);
        more.isPresent();
        more = pool.tryAcquire(Size.SMALL)) {
      lent.add(more.get());
    }
    FutureTask<byte[]> waiting = new FutureTask<>(() -> pool.acquire(64));
    Thread.ofVirtual().start(waiting);
    pool.release(lent.removeLast());
    assertThat(waiting.get()).hasSize(Size.SMALL.bytes());
  }
}
