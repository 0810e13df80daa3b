package dev.millrace.volumes;

import static dev.millrace.volumes.AbstractChunkStoreTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.SealedChunk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What happens when the disk fails, fills up or loses its power.
final class DiskFaultsTest {
  private static final Path FOLDER = Path.of("/disk");
  private static final StoreOptions OPTIONS = new StoreOptions(1L << 30, 16 << 20, 0);
  private static final String EIO = "Input/output error";

  private final SimulatedDisk disk = new SimulatedDisk();

  private DiskStore open(StoreOptions options) {
    return DiskStore.open(disk, FOLDER, Chunks.NODE, options, Chunks.ids(1), Clock.system(), true);
  }

  private DiskStore open() {
    return open(OPTIONS);
  }

  private DiskStore reopen() {
    disk.kill();
    return open();
  }

  private static void assertHolds(ChunkStore store, SealedChunk chunk) {
    assertThat(Chunks.read(store, chunk)).isEqualTo(Chunks.sealed(chunk));
  }

  private SimulatedDisk.Fault on(SimulatedDisk.Operation operation, String message) {
    return (tried, file) ->
        tried == operation && file.toString().contains("0000000000000001/") ? message : null;
  }

  @Test
  void aFullDiskTakesNothingHalfAndWorksAgainOnceThereIsSpace() {
    DiskStore store = open();
    store.append(Chunks.of(1, 1, 400_000));
    for (int room : new int[] {0, 512, 4_096, 100_000, 399_000}) {
      DiskIo.Space space = disk.space(FOLDER);
      disk.failing((operation, file) -> {
        if (operation == SimulatedDisk.Operation.WRITE) {
          // space vanishes between the check and the write
          disk.capacity(space.capacityBytes() - space.usableBytes() + room);
        }
        return null;
      });
      assertFails(ErrorCode.DISK_FULL, () -> store.append(Chunks.of(1, 2, 400_000)));
      disk.healthy();
      disk.capacity(1L << 40);
      assertThat(disk.space(FOLDER).usableBytes()).isEqualTo(space.usableBytes());
      assertThat(store.contains(Chunks.of(1, 2, 400_000).id())).isFalse();
    }
    SealedChunk chunk = Chunks.of(1, 2, 400_000);
    store.append(chunk);
    assertHolds(store, chunk);
    DiskStore again = reopen();
    assertThat(again.damageAtOpen()).isEmpty();
    assertHolds(again, chunk);
  }

  @Test
  void appendsLeaveTheHeadRoomAndDeletesMayUseIt() {
    disk.capacity(40 * ByteUnits.MIB);
    DiskStore store = open(new StoreOptions(1L << 30, 16 << 20, 8 * ByteUnits.MIB));
    List<SealedChunk> stored = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                SealedChunk chunk = Chunks.of(1, i, 1_000_000);
                store.append(chunk);
                stored.add(chunk);
              }
            })
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL))
        .hasMessageContaining("/disk")
        .hasMessageContaining("8.00 MiB are kept as head-room")
        .hasMessageContaining("free space");
    assertThat(disk.space(FOLDER).usableBytes()).isGreaterThanOrEqualTo(8 * ByteUnits.MIB);
    for (SealedChunk chunk : stored.subList(0, 5)) {
      store.delete(chunk.id());
    }
    SealedChunk chunk = Chunks.of(1, 1_000, 1_000_000);
    store.append(chunk);
    assertHolds(store, chunk);
  }

  @Test
  void aFullVolumeSaysSoAndTakesMoreAfterADelete() {
    DiskStore store = open(new StoreOptions(1_000_000, 16 << 20, 0));
    store.append(Chunks.of(1, 1, 600_000));
    assertFails(ErrorCode.VOLUME_FULL, () -> store.append(Chunks.of(1, 2, 600_000)));
    store.append(Chunks.of(2, 2, 600_000));
    store.delete(Chunks.of(1, 1, 600_000).id());
    store.append(Chunks.of(1, 2, 600_000));
    assertThat(store.usage().chunks()).isEqualTo(2);
  }

  @Test
  void aWriteErrorMakesItsVolumeReadOnlyAndNoOther() {
    DiskStore store = open();
    SealedChunk first = Chunks.of(1, 1, 5_000);
    store.append(first);
    disk.failing(on(SimulatedDisk.Operation.WRITE, EIO));
    assertThatThrownBy(() -> store.append(Chunks.of(1, 2, 5_000)))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO_ERROR))
        .hasMessageContaining("00000001.seg")
        .hasMessageContaining(EIO)
        .hasMessageContaining("look at the disk");
    disk.healthy();
    assertFails(ErrorCode.READ_ONLY, () -> store.append(Chunks.of(1, 3, 5_000)));
    assertFails(ErrorCode.READ_ONLY, () -> store.delete(first.id()));
    assertHolds(store, first);
    SealedChunk other = Chunks.of(2, 1, 5_000);
    store.append(other);
    assertHolds(store, other);
    assertThat(store.volumes()).extracting(VolumeUsage::writable).containsExactly(false, true);
    DiskStore again = reopen();
    again.append(Chunks.of(1, 3, 5_000));
    assertThat(again.contains(Chunks.of(1, 2, 5_000).id())).isFalse();
  }

  @Test
  void aReadOnlyFileSystemIsNamed() {
    DiskStore store = open();
    store.append(Chunks.of(1, 1, 5_000));
    disk.failing(on(SimulatedDisk.Operation.WRITE, "Read-only file system"));
    assertThatThrownBy(() -> store.append(Chunks.of(1, 2, 5_000)))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY))
        .hasMessageContaining("mount the disk writable");
    assertHolds(store, Chunks.of(1, 1, 5_000));
  }

  @Test
  void aFailedSyncIsNeverTriedAgain() {
    DiskStore store = open();
    SealedChunk first = Chunks.of(1, 1, 5_000);
    store.append(first);
    AtomicInteger syncs = new AtomicInteger();
    disk.failing((operation, file) ->
        operation == SimulatedDisk.Operation.SYNC && syncs.incrementAndGet() == 1 ? EIO : null);
    assertFails(ErrorCode.IO_ERROR, () -> store.append(Chunks.of(1, 2, 5_000)));
    assertFails(ErrorCode.READ_ONLY, () -> store.append(Chunks.of(1, 3, 5_000)));
    store.close();
    assertThat(syncs).hasValue(1);
    disk.healthy();
    disk.powerCut(new Random(1));
    DiskStore again = open();
    assertHolds(again, first);
    // what was lost in the kernel is written once more when it turns up after a mere restart
    again.append(Chunks.of(1, 4, 5_000));
  }

  @Test
  void whatAFailedSyncLeftInMemoryIsWrittenAgainByTheNextOpening() {
    DiskStore store = open();
    store.append(Chunks.of(1, 1, 5_000));
    SealedChunk unsure = Chunks.of(1, 2, 5_000);
    disk.failing(on(SimulatedDisk.Operation.SYNC, EIO));
    assertFails(ErrorCode.IO_ERROR, () -> store.append(unsure));
    disk.healthy();
    DiskStore again = reopen();
    assertHolds(again, unsure);
    disk.powerCut(new Random(2));
    assertHolds(open(), unsure);
  }

  @Test
  void allWaitersOfAFailedSyncFail() throws Exception {
    DiskStore store = open();
    store.append(Chunks.of(1, 1000, 5_000));
    disk.failing(on(SimulatedDisk.Operation.SYNC, EIO));
    int failed = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> running = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        SealedChunk chunk = Chunks.of(1, i, 5_000);
        running.add(threads.submit(() -> tried(store, chunk)));
      }
      for (Future<Boolean> one : running) {
        failed += one.get() ? 0 : 1;
      }
    }
    assertThat(failed).isEqualTo(16);
    assertThat(store.usage().chunks()).isEqualTo(1);
  }

  private static boolean tried(DiskStore store, SealedChunk chunk) {
    try {
      store.append(chunk);
      return true;
    } catch (MillraceException e) {
      assertThat(e.code()).isIn(ErrorCode.IO_ERROR, ErrorCode.READ_ONLY);
      return false;
    }
  }

  @Test
  void aReadErrorIsNamedAndOtherChunksAreRead() {
    DiskStore store = open();
    store.append(Chunks.of(1, 1, 5_000));
    store.append(Chunks.of(2, 1, 5_000));
    disk.failing(on(SimulatedDisk.Operation.READ, EIO));
    assertFails(ErrorCode.IO_ERROR, () -> Chunks.read(store, Chunks.of(1, 1, 5_000)));
    assertHolds(store, Chunks.of(2, 1, 5_000));
  }

  @Test
  void concurrentAppendsSurviveAPowerCutWhenTheyWereAcknowledged() throws Exception {
    long first = Chunks.seed();
    for (int round = 0; round < Chunks.rounds(4); round++) {
      long seed = first + round;
      SimulatedDisk one = new SimulatedDisk();
      DiskStore store =
          DiskStore.open(one, FOLDER, Chunks.NODE, OPTIONS, Chunks.ids(seed), Clock.system(), true);
      Queue<SealedChunk> acknowledged = new ConcurrentLinkedQueue<>();
      one.crashAfter(20 + new Random(seed).nextInt(200));
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int thread = 0; thread < 8; thread++) {
          long base = thread * 1000L;
          threads.execute(() -> appendUntilItFails(store, base, acknowledged));
        }
      }
      one.powerCut(new Random(seed));
      DiskStore again =
          DiskStore.open(one, FOLDER, Chunks.NODE, OPTIONS, Chunks.ids(seed), Clock.system(), true);
      for (SealedChunk chunk : acknowledged) {
        assertThat(Chunks.read(again, chunk))
            .as("chunk %s; replay with -Dmillrace.seed=%d", chunk.id(), seed)
            .isEqualTo(Chunks.sealed(chunk));
      }
      for (var id : again.chunks(null, Integer.MAX_VALUE)) {
        assertThat(again.scrub(id.volume(), ScrubPace.UNBOUNDED, ChunkRepair.NONE).damaged())
            .isEmpty();
      }
      assertThat(again.damageAtOpen()).as("seed %d", seed).isEmpty();
    }
  }

  /// The disk was full within the file's first block, and the power cut undid its deletion.
  @Test
  void aFileThatWasBeingMadeIsNoDamage() {
    StoreOptions options = new StoreOptions(1L << 30, 1 << 20, 0);
    for (int seed = 0; seed < 100; seed++) {
      SimulatedDisk one = new SimulatedDisk();
      DiskStore store =
          DiskStore.open(one, FOLDER, Chunks.NODE, options, Chunks.ids(1), Clock.system(), true);
      one.capacity((1L << 40) - one.space(FOLDER).usableBytes() + 1_187);
      assertThatThrownBy(() -> store.append(Chunks.of(1, 1, 1)))
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
      one.powerCut(new Random(seed));
      one.capacity(1L << 40);
      DiskStore again =
          DiskStore.open(one, FOLDER, Chunks.NODE, options, Chunks.ids(1), Clock.system(), true);
      assertThat(again.damageAtOpen()).as("seed %d", seed).isEmpty();
      SealedChunk chunk = Chunks.of(1, 2, 5_000);
      again.append(chunk);
      assertHolds(again, chunk);
    }
  }

  private static void appendUntilItFails(
      DiskStore store, long base, Queue<SealedChunk> acknowledged) {
    for (int i = 0; i < 1000; i++) {
      SealedChunk chunk = Chunks.of(1, base + i, i % 5 == 0 ? 300_000 : 5_000);
      if (!tried(store, chunk)) {
        return;
      }
      acknowledged.add(chunk);
    }
  }

  @Test
  void aCompactionThatIsCutOffAnywhereLosesAndRevivesNothing() {
    int stride = Chunks.rounds(0) > 0 ? 1 : 3; // a campaign tries every step
    int finished = 0;
    for (int crash = new Random(Chunks.seed()).nextInt(stride); finished == 0; crash += stride) {
      SimulatedDisk one = new SimulatedDisk();
      StoreOptions options = new StoreOptions(1L << 30, 200_000, 0);
      DiskStore store =
          DiskStore.open(one, FOLDER, Chunks.NODE, options, Chunks.ids(1), Clock.system(), true);
      for (int i = 0; i < 60; i++) {
        store.append(Chunks.of(1, i, 6_000));
      }
      for (int i = 0; i < 60; i++) {
        if (i % 3 != 0) {
          store.delete(Chunks.of(1, i, 6_000).id());
        }
      }
      one.crashAfter(crash);
      CompactionReport report = store.compact();
      finished = report.skipped() == 0 && report.segments() > 0 ? 1 : 0;
      if (crash % 2 == 0) {
        one.powerCut(new Random(crash));
      } else {
        one.kill();
      }
      for (int restart = 0; restart < 2; restart++) {
        DiskStore again =
            DiskStore.open(one, FOLDER, Chunks.NODE, options, Chunks.ids(1), Clock.system(), true);
        for (int i = 0; i < 60; i++) {
          SealedChunk chunk = Chunks.of(1, i, 6_000);
          assertThat(again.contains(chunk.id())).as("%d after %d", i, crash).isEqualTo(i % 3 == 0);
          if (i % 3 == 0) {
            assertHolds(again, chunk);
          }
        }
        assertThat(again.chunks(new VolumeId(1), null, 100)).hasSize(20);
        again.compact();
        one.kill();
      }
    }
  }

  @Test
  void compactionReturnsTheSpaceOfSmallChunks() {
    disk.withoutHoles();
    DiskStore store = open(new StoreOptions(1L << 30, 200_000, 0));
    for (int i = 0; i < 200; i++) {
      store.append(Chunks.of(1, i, 5_000));
    }
    for (int i = 0; i < 200; i++) {
      if (i % 10 != 0) {
        store.delete(Chunks.of(1, i, 5_000).id());
      }
    }
    long before = disk.space(FOLDER).usableBytes();
    CompactionReport report = store.compact();
    assertThat(report.segments()).isGreaterThan(3);
    assertThat(report.skipped()).isZero();
    assertThat(disk.space(FOLDER).usableBytes() - before).isGreaterThan(500_000);
    for (int i = 0; i < 200; i += 10) {
      assertHolds(store, Chunks.of(1, i, 5_000));
    }
    assertThat(store.compact().movedChunks()).isZero();
  }
}
