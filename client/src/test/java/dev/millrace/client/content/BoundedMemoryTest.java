package dev.millrace.client.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Limits;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.client.ContentWriter;
import dev.millrace.model.Stored;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BoundedMemoryTest {
  @TempDir private Path folder;

  @Test
  void manyStreamsAtOnceStayWithinTheBudget() throws InterruptedException, ExecutionException {
    int size = 2 * Limits.CHUNK_BYTES + 4321;
    try (Site site = Site.single(folder);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Stored>> puts = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        int seed = i;
        puts.add(
            threads.submit(() -> {
              WriteOrder order = site.order(true);
              return Site.stored(
                  site.write(order, Site.bytes(seed, size), new SplittableRandom(seed)),
                  order.dataKey());
            }));
      }
      List<Future<Boolean>> gets = new ArrayList<>();
      for (int i = 0; i < puts.size(); i++) {
        Stored stored = puts.get(i).get();
        byte[] expected = Site.bytes(i, size);
        gets.add(
            threads.submit(() -> {
              ByteArrayOutputStream out = new ByteArrayOutputStream(size);
              site.open(stored).transferTo(0, size, out);
              return Arrays.equals(out.toByteArray(), expected);
            }));
      }
      for (Future<Boolean> get : gets) {
        assertThat(get.get()).isTrue();
      }
      assertThat(site.store.buffersMostLentBytes()).isLessThanOrEqualTo(Site.BUDGET_BYTES);
      assertThat(site.store.buffersLentBytes()).isZero();
    }
  }

  /// Streams that were begun and not gone on with hold memory, but never all of it.
  @Test
  void idleStreamsDoNotStopOthers() {
    try (Site site = Site.single(folder)) {
      List<ContentWriter> idle = new ArrayList<>();
      byte[] bytes = Site.bytes(1, 3_000_000);
      for (int i = 0; i < 10; i++) {
        ContentWriter writer = site.store.write(site.order(true));
        writer.write(bytes, 0, bytes.length);
        idle.add(writer);
      }
      Stored stored = site.store(bytes);
      byte[] read = new byte[bytes.length];
      site.open(stored).read(0, read, 0, read.length);
      assertThat(Arrays.equals(read, bytes)).isTrue();
      for (ContentWriter writer : idle) {
        writer.write(bytes, 0, bytes.length);
        assertThat(writer.finish(true).sizeBytes()).isEqualTo(2L * bytes.length);
      }
      assertThat(site.store.buffersLentBytes()).isZero();
    }
  }

  @Test
  void aSlowDiskHoldsTheWriterBack() throws InterruptedException, ExecutionException {
    CountDownLatch disk = new CountDownLatch(1);
    try (Site site = Site.single(folder);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      site.nodes
          .node(1)
          .beforePut(_ -> {
            try {
              disk.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      Future<Stored> put = threads.submit(() -> site.store(Site.bytes(3, 12 * Limits.CHUNK_BYTES)));
      assertThat(put.isDone()).isFalse();
      disk.countDown();
      assertThat(put.get().sizeBytes()).isEqualTo(12L * Limits.CHUNK_BYTES);
      assertThat(site.store.buffersMostLentBytes()).isLessThanOrEqualTo(Site.BUDGET_BYTES);
    }
  }
}
