package dev.millrace.volumes;

import static dev.millrace.volumes.AbstractChunkStoreTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.NodeId;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.SealedChunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disks on the machine's own file system.
final class RealDiskTest {
  @TempDir Path folder;

  private DiskStore open(Path path, NodeId owner, long seed) {
    return DiskStore.openOrCreate(
        path, owner, StoreOptions.defaults(), Chunks.ids(seed), Clock.system());
  }

  private DiskStore open(String name) {
    return open(folder.resolve(name), Chunks.NODE, name.hashCode());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /// Blocks that a file has, in bytes, as `stat` counts them.
  private static long allocatedBytes(Path file) throws Exception {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    String blocks =
        new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    assertThat(stat.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return Long.parseLong(blocks) * 512;
  }

  @Test
  void aDeleteGivesBlocksBack() throws Exception {
    Path segment;
    try (DiskStore store = open("disk")) {
      for (int i = 0; i < 4; i++) {
        store.append(Chunks.of(1, i, 4_000_000));
      }
      segment = folder.resolve("disk/volumes/0000000000000001/00000001.seg");
      long before = allocatedBytes(segment);
      assertThat(before).isGreaterThan(15_000_000);
      boolean punched;
      Path probe = Files.write(folder.resolve("probe"), new byte[8192]);
      try (ChannelFile file = ChannelFile.open(probe)) {
        punched = file.punch(0, 4096);
      }
      store.delete(Chunks.of(1, 1, 4_000_000).id());
      store.delete(Chunks.of(1, 2, 4_000_000).id());
      if (punched) {
        assertThat(before - allocatedBytes(segment)).isBetween(7_900_000L, 8_100_000L);
      }
      assertThat(store.contains(Chunks.of(1, 3, 4_000_000).id())).isTrue();
    }
    Files.delete(segment.resolveSibling("index"));
    try (DiskStore store = open("disk")) {
      assertThat(store.chunks(null, 10)).hasSize(2);
      assertThat(store.scrub(new VolumeId(1), ScrubPace.UNBOUNDED, ChunkRepair.NONE).damaged())
          .isEmpty();
    }
  }

  @Test
  void whatAKilledProcessHadAcknowledgedIsThere() throws Exception {
    List<SealedChunk> stored = new ArrayList<>();
    try (DiskStore store = open("disk")) {
      for (int i = 0; i < 50; i++) {
        SealedChunk chunk = Chunks.of(1 + i % 3, i, 1_000 + 7_000 * i);
        store.append(chunk);
        stored.add(chunk);
      }
      copy(folder.resolve("disk"), folder.resolve("killed"));
    }
    try (DiskStore store = open("killed")) {
      for (SealedChunk chunk : stored) {
        assertThat(Chunks.read(store, chunk)).isEqualTo(Chunks.sealed(chunk));
      }
      assertThat(store.damageAtOpen()).isEmpty();
    }
  }

  @Test
  void foldersOfOthersAreRefused() throws Exception {
    open("disk").close();
    Path disk = folder.resolve("disk");
    NodeId other = new NodeId(new Id128(9, 9));
    assertThatThrownBy(() -> open(disk, other, 1))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_DENIED))
        .hasMessageContaining(Chunks.NODE.toString())
        .hasMessageContaining(other.toString());
    try (DiskStore store = open("disk")) {
      assertThat(store.path()).isEqualTo(disk);
      assertFails(ErrorCode.HOME_IN_USE, () -> open("disk"));
    }
    Files.createDirectories(folder.resolve("photos"));
    Files.writeString(folder.resolve("photos/a.jpg"), "x");
    assertFails(ErrorCode.INVALID_ARGUMENT, () -> open("photos"));
    assertFails(
        ErrorCode.NO_SUCH_FILE,
        () ->
            DiskStore.open(
                folder.resolve("unmounted"),
                Chunks.NODE,
                StoreOptions.defaults(),
                Chunks.ids(1),
                Clock.system()));
    Files.writeString(
        disk.resolve("disk"),
        Files.readString(disk.resolve("disk")).replace("version 1", "version 2"));
    assertThatThrownBy(() -> open("disk")).hasMessageContaining("crc32c");
    Files.writeString(disk.resolve("disk"), "millrace disk\nversion 2\nmore");
    assertFails(ErrorCode.HOME_VERSION, () -> open("disk"));
  }

  @Test
  void disksAreAddedWhileRunningAndCopiesAreRefused() throws Exception {
    DiskStore first = open("a");
    try (Disks disks = new Disks(List.of(first))) {
      disks.append(Chunks.of(1, 1, 5_000));
      DiskStore second = open("b");
      second.append(Chunks.of(2, 1, 5_000));
      disks.add(second);
      disks.append(Chunks.of(1, 2, 5_000));
      disks.append(Chunks.of(2, 2, 5_000));
      assertThat(first.holds(new VolumeId(1)) && !first.holds(new VolumeId(2))).isTrue();
      assertThat(second.volumes()).extracting(VolumeUsage::chunks).containsExactly(2L);
      assertThat(disks.usage().disks()).hasSize(2);
      copy(folder.resolve("a"), folder.resolve("copy"));
      try (DiskStore same = open("copy")) {
        assertFails(ErrorCode.PRECONDITION_FAILED, () -> disks.add(same));
      }
      try (DiskStore overlapping = open("c")) {
        overlapping.append(Chunks.of(1, 9, 5_000));
        assertFails(ErrorCode.PRECONDITION_FAILED, () -> disks.add(overlapping));
      }
    }
  }

  @Test
  void aDiskThatFailsKeepsItsTroublesToItself() {
    SimulatedDisk broken = new SimulatedDisk();
    broken.capacity(Long.MAX_VALUE);
    DiskStore bad =
        DiskStore.open(
            broken,
            Path.of("/bad"),
            Chunks.NODE,
            StoreOptions.defaults(),
            Chunks.ids(5),
            Clock.system(),
            true);
    DiskStore good = open("good");
    try (Disks disks = new Disks(List.of(bad, good))) {
      disks.append(Chunks.of(1, 1, 5_000));
      assertThat(bad.holds(new VolumeId(1))).isTrue();
      broken.failing((operation, file) ->
          operation == SimulatedDisk.Operation.READ ? null : "Input/output error");
      SealedChunk second = Chunks.of(2, 1, 5_000);
      disks.append(second);
      assertThat(good.holds(new VolumeId(2))).isTrue();
      assertFails(ErrorCode.IO_ERROR, () -> disks.append(Chunks.of(1, 2, 5_000)));
      assertThat(Chunks.read(disks, second)).isEqualTo(Chunks.sealed(second));
      assertThat(disks.contains(Chunks.of(1, 1, 5_000).id())).isTrue();
    }
  }

  @Test
  void interruptsNeitherEndNorHarmACall() {
    try (DiskStore store = open("disk")) {
      SealedChunk first = Chunks.of(1, 1, 400_000);
      Thread.currentThread().interrupt();
      store.append(first);
      assertThat(Chunks.read(store, first)).isEqualTo(Chunks.sealed(first));
      assertThat(Thread.interrupted()).isTrue();
      store.append(Chunks.of(1, 2, 5_000));
      assertThat(store.usage().chunks()).isEqualTo(2);
    }
  }
}
