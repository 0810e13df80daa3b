package dev.millrace.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.SealedChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for every [ChunkStore].
abstract class AbstractChunkStoreTest {
  protected ChunkStore store = new MemoryChunkStore();

  abstract ChunkStore createStore();

  @BeforeEach
  void open() {
    store = createStore();
  }

  @AfterEach
  void close() {
    store.close();
  }

  static void assertFails(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
              assertThat(e.getMessage()).contains(": ");
            });
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        1,
        5_120,
        65_519,
        65_520,
        131_071,
        Limits.FRAME_BYTES,
        131_073,
        261_000,
        262_144,
        1_000_000,
        Limits.CHUNK_BYTES - 1,
        Limits.CHUNK_BYTES
      })
  void whatWasAppendedIsRead(int plainBytes) {
    SealedChunk chunk = Chunks.of(1, 42, plainBytes);
    store.append(chunk);
    assertThat(Chunks.read(store, chunk)).isEqualTo(Chunks.sealed(chunk));
    assertThat(store.stat(chunk.id()).orElseThrow().plainBytes()).isEqualTo(plainBytes);
    assertThat(store.stat(chunk.id()).orElseThrow().recovery()).isEqualTo(chunk.recovery());
    assertThat(store.contains(chunk.id())).isTrue();
  }

  @Test
  void framesAreReadAlone() {
    SealedChunk chunk = Chunks.of(3, 1, 5 * Limits.FRAME_BYTES + 77);
    store.append(chunk);
    byte[] target = new byte[2 * SealedChunk.SEALED_FRAME_BYTES];
    for (int first = 0; first < 6; first++) {
      int count = Math.min(2, 6 - first);
      int length = store.read(chunk.id(), first, count, target);
      int from = first * SealedChunk.SEALED_FRAME_BYTES;
      assertThat(length)
          .isEqualTo(Math.min(chunk.sealedBytes() - from, count * SealedChunk.SEALED_FRAME_BYTES));
      assertThat(Arrays.copyOf(target, length))
          .isEqualTo(Arrays.copyOfRange(chunk.buffer(), from, from + length));
    }
  }

  @Test
  void framesThatAreNotThereAreRefused() {
    SealedChunk chunk = Chunks.of(1, 1, 200_000);
    store.append(chunk);
    byte[] target = new byte[chunk.sealedBytes()];
    assertFails(ErrorCode.INVALID_RANGE, () -> store.read(chunk.id(), 0, 3, target));
    assertFails(ErrorCode.INVALID_RANGE, () -> store.read(chunk.id(), 2, 1, target));
    assertFails(ErrorCode.INVALID_RANGE, () -> store.read(chunk.id(), -1, 1, target));
    assertFails(ErrorCode.INVALID_RANGE, () -> store.read(chunk.id(), 0, 0, target));
    assertFails(
        ErrorCode.INVALID_RANGE, () -> store.read(chunk.id(), 1, Integer.MAX_VALUE, target));
  }

  @Test
  void anIdIsStoredOnce() {
    SealedChunk chunk = Chunks.of(1, 1, 100);
    store.append(chunk);
    assertFails(ErrorCode.INVALID_ARGUMENT, () -> store.append(Chunks.of(1, 1, 200)));
    assertThat(Chunks.read(store, chunk)).isEqualTo(Chunks.sealed(chunk));
  }

  @Test
  void aDeletedChunkIsGoneAndItsIdIsFree() {
    SealedChunk chunk = Chunks.of(1, 1, 100);
    store.append(chunk);
    store.append(Chunks.of(1, 2, 100));
    store.delete(chunk.id());
    store.delete(chunk.id());
    store.delete(new ChunkId(99, 1));
    assertFails(ErrorCode.NO_SUCH_KEY, () -> Chunks.read(store, chunk));
    assertThat(store.stat(chunk.id())).isEmpty();
    assertThat(store.contains(chunk.id())).isFalse();
    assertThat(store.chunks(null, 10)).containsExactly(new ChunkId(1, 2));
    SealedChunk again = Chunks.of(1, 1, 3_000);
    store.append(again);
    assertThat(Chunks.read(store, again)).isEqualTo(Chunks.sealed(again));
  }

  @Test
  void unknownChunksAreNamed() {
    assertFails(
        ErrorCode.NO_SUCH_KEY, () -> store.read(new ChunkId(1, 5), 0, 1, new byte[200_000]));
    store.append(Chunks.of(1, 4, 10));
    assertThatThrownBy(() -> store.read(new ChunkId(1, 5), 0, 1, new byte[200_000]))
        .hasMessageContaining(new ChunkId(1, 5).toString());
    assertThat(store.stat(new ChunkId(2, 5))).isEmpty();
  }

  @Test
  void listingsAreOrderedAndPaged() {
    List<ChunkId> expected = new ArrayList<>();
    for (long volume = 1; volume <= 3; volume++) {
      for (long local : new long[] {-1, 5, Long.MIN_VALUE, 0, 77, Long.MAX_VALUE}) {
        store.append(Chunks.of(volume, local, 10));
        expected.add(new ChunkId(volume, local));
      }
    }
    expected.sort(null);
    for (int limit : new int[] {1, 2, 5, 6, 7, 18, 100}) {
      List<ChunkId> listed = new ArrayList<>();
      List<ChunkId> page = store.chunks(null, limit);
      while (!page.isEmpty()) {
        listed.addAll(page);
        page = store.chunks(listed.getLast(), limit);
      }
      assertThat(listed).isEqualTo(expected);
    }
    assertThat(store.chunks(new VolumeId(2), null, 4)).isEqualTo(expected.subList(6, 10));
    assertThat(store.chunks(new VolumeId(2), expected.get(9), 4))
        .isEqualTo(expected.subList(10, 12));
    assertThat(store.volumes()).extracting(VolumeUsage::chunks).containsExactly(6L, 6L, 6L);
    assertThat(store.usage().chunks()).isEqualTo(18);
  }

  @Test
  void manyThreadsAppendReadAndDelete() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> running = new ArrayList<>();
      for (int thread = 0; thread < 16; thread++) {
        long base = thread * 1000L;
        running.add(threads.submit((Callable<Boolean>) () -> work(base)));
      }
      for (Future<Boolean> one : running) {
        assertThat(one.get()).isTrue();
      }
    }
    assertThat(store.usage().chunks()).isEqualTo(16 * 20);
  }

  private boolean work(long base) {
    for (int i = 0; i < 30; i++) {
      SealedChunk chunk = Chunks.of(1 + i % 2, base + i, i % 7 == 0 ? 150_000 : 4_000);
      store.append(chunk);
      if (!Arrays.equals(Chunks.read(store, chunk), Chunks.sealed(chunk))) {
        return false;
      }
      if (i % 3 == 0) {
        store.delete(chunk.id());
      }
    }
    return true;
  }

  @Test
  void oneOfManyThreadsStoresAnId() throws Exception {
    int stored = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> running = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        running.add(threads.submit((Callable<Boolean>) this::tryToStore));
      }
      for (Future<Boolean> one : running) {
        stored += one.get() ? 1 : 0;
      }
    }
    assertThat(stored).isEqualTo(1);
  }

  private boolean tryToStore() {
    try {
      store.append(Chunks.of(1, 1, 9_000));
      return true;
    } catch (MillraceException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      return false;
    }
  }

  @Test
  void aCleanStoreScrubsClean() {
    store.append(Chunks.of(1, 1, 300_000));
    store.append(Chunks.of(1, 2, 3_000));
    ScrubReport report = store.scrub(new VolumeId(1), ScrubPace.UNBOUNDED, ChunkRepair.NONE);
    assertThat(report.chunks()).isEqualTo(2);
    assertThat(report.damaged()).isEmpty();
  }
}
