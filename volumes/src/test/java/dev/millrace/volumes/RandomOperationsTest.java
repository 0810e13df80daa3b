package dev.millrace.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.wire.SealedChunk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random operations on a simulated disk, compared with a map, with power cuts, kills, crashes in
/// the middle of an operation, full disks and clean restarts.
///
/// What must hold: everything acknowledged is there, and reads as it was written; everything whose
/// delete was acknowledged is gone; what was cut off is either wholly there or not at all.
final class RandomOperationsTest {
  private static final Path FOLDER = Path.of("/disk");
  private static final int[] SIZES = {1, 100, 4_500, 5_120, 66_000, 140_000, 300_000, 600_000};

  /// Chunks whose fate is known; null: it was deleted.
  private final Map<ChunkId, @Nullable SealedChunk> known = new HashMap<>();

  /// Chunks of which an operation was cut off.
  private final Map<ChunkId, SealedChunk> unsure = new HashMap<>();

  private long nextLocal = 1;

  @Test
  void theDiskAgreesWithTheModel() {
    long first = Chunks.seed();
    for (int round = 0; round < Chunks.rounds(40); round++) {
      long seed = first + round;
      try {
        new RandomOperationsTest().run(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("replay with -Dmillrace.seed=" + seed, e);
      }
    }
  }

  private static DiskStore open(SimulatedDisk disk, long seed) {
    return DiskStore.open(
        disk,
        FOLDER,
        Chunks.NODE,
        new StoreOptions(1L << 30, 1 << 20, 0),
        Chunks.ids(seed),
        Clock.system(),
        true);
  }

  private void run(long seed) {
    Random random = new Random(seed);
    SimulatedDisk disk = new SimulatedDisk();
    if (random.nextInt(4) == 0) {
      disk.withoutHoles();
    }
    DiskStore store = open(disk, seed);
    for (int step = 0; step < 150; step++) {
      int dice = random.nextInt(100);
      if (dice < 50) {
        append(store, random);
      } else if (dice < 80) {
        delete(store, random);
      } else if (dice < 84) {
        attempt(store::compact);
      } else if (dice < 90) {
        store = restart(disk, store, random, seed + step);
        settle(store);
        verify(store);
      } else if (dice < 95) {
        disk.crashAfter(random.nextInt(40));
      } else if (dice < 98) {
        crowd(disk, store, random);
      } else if (!disk.crashing()) {
        verify(store);
      }
    }
    disk.powerCut(random);
    store = open(disk, seed);
    settle(store);
    verify(store);
  }

  private static void attempt(Runnable operation) {
    try {
      operation.run();
    } catch (MillraceException e) {
      assertThat(e.code())
          .isIn(
              ErrorCode.IO_ERROR,
              ErrorCode.READ_ONLY,
              ErrorCode.DISK_FULL,
              ErrorCode.INVALID_ARGUMENT);
    }
  }

  private void append(DiskStore store, Random random) {
    List<ChunkId> dead =
        known.keySet().stream().filter(id -> known.get(id) == null).sorted().toList();
    ChunkId id =
        random.nextInt(5) == 0 && !dead.isEmpty()
            ? dead.get(random.nextInt(dead.size()))
            : new ChunkId(1 + random.nextInt(2), nextLocal++);
    SealedChunk chunk = Chunks.of(id, SIZES[random.nextInt(SIZES.length)] + random.nextInt(50));
    try {
      store.append(chunk);
      known.put(id, chunk);
    } catch (MillraceException e) {
      switch (e.code()) {
        case DISK_FULL, READ_ONLY -> assertThat(known.get(id)).isNull();
        case IO_ERROR -> {
          known.remove(id);
          unsure.put(id, chunk);
        }
        default -> throw e;
      }
    }
  }

  private void delete(DiskStore store, Random random) {
    List<ChunkId> alive =
        known.keySet().stream().filter(id -> known.get(id) != null).sorted().toList();
    if (alive.isEmpty()) {
      return;
    }
    ChunkId id = alive.get(random.nextInt(alive.size()));
    try {
      store.delete(id);
      known.put(id, null);
    } catch (MillraceException e) {
      SealedChunk chunk = known.get(id);
      if (e.code() == ErrorCode.IO_ERROR && chunk != null) {
        known.remove(id);
        unsure.put(id, chunk);
      } else {
        assertThat(e.code()).isIn(ErrorCode.READ_ONLY, ErrorCode.DISK_FULL);
      }
    }
  }

  /// A disk with little room, for one append.
  private void crowd(SimulatedDisk disk, DiskStore store, Random random) {
    DiskIo.Space space = disk.space(FOLDER);
    disk.capacity(space.capacityBytes() - space.usableBytes() + random.nextInt(200_000));
    append(store, random);
    disk.capacity(1L << 40);
  }

  private static DiskStore restart(SimulatedDisk disk, DiskStore store, Random random, long seed) {
    switch (random.nextInt(3)) {
      case 0 -> {
        attempt(store::close);
        disk.kill();
      }
      case 1 -> disk.kill();
      default -> disk.powerCut(random);
    }
    if (random.nextInt(4) == 0) {
      // the power goes again while the disk is being opened
      disk.crashAfter(random.nextInt(60));
      attempt(() -> open(disk, seed));
      disk.powerCut(random);
    }
    return open(disk, seed);
  }

  /// Looks what became of the operations that were cut off; so it stays.
  private void settle(DiskStore store) {
    for (Map.Entry<ChunkId, SealedChunk> entry : List.copyOf(unsure.entrySet())) {
      if (present(store, entry.getValue())) {
        known.put(entry.getKey(), entry.getValue());
      } else {
        known.put(entry.getKey(), null);
      }
      unsure.remove(entry.getKey());
    }
  }

  private void verify(DiskStore store) {
    assertThat(store.damageAtOpen()).isEmpty();
    List<ChunkId> expected = new ArrayList<>();
    known.forEach((id, chunk) -> {
      if (chunk == null) {
        assertThat(readable(store, id)).as("deleted chunk %s", id).isFalse();
      } else {
        assertThat(present(store, chunk)).as("chunk %s", id).isTrue();
        expected.add(id);
      }
    });
    expected.sort(null);
    List<ChunkId> listed = new ArrayList<>(store.chunks(null, Integer.MAX_VALUE));
    listed.removeAll(unsure.keySet());
    assertThat(listed).isEqualTo(expected);
  }

  private static boolean readable(DiskStore store, ChunkId id) {
    return store.contains(id);
  }

  private static boolean present(DiskStore store, SealedChunk chunk) {
    try {
      assertThat(Arrays.equals(Chunks.read(store, chunk), Chunks.sealed(chunk)))
          .as("contents of %s", chunk.id())
          .isTrue();
      return true;
    } catch (MillraceException e) {
      assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.NO_SUCH_KEY);
      return false;
    }
  }
}
