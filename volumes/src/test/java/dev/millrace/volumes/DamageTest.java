package dev.millrace.volumes;

import static dev.millrace.volumes.AbstractChunkStoreTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.SealedChunk;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Flips bits of everything that is stored: each flip is found, named, and never served.
final class DamageTest {
  private static final Path FOLDER = Path.of("/disk");
  private static final Path VOLUME = FOLDER.resolve("volumes/0000000000000001");
  private static final Path SEGMENT = VOLUME.resolve("00000001.seg");
  private static final int FIRST = 4096;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final SealedChunk small = Chunks.of(1, 1, 5_000);
  private final SealedChunk large = Chunks.of(1, 2, 300_000);
  private final SealedChunk deleted = Chunks.of(1, 3, 2_000);
  private final SealedChunk last = Chunks.of(1, 4, 7_000);

  private DiskStore open() {
    return DiskStore.open(
        disk,
        FOLDER,
        Chunks.NODE,
        new StoreOptions(1L << 30, 16 << 20, 0),
        Chunks.ids(1),
        Clock.system(),
        true);
  }

  /// Small, large, deleted, its tombstone, last; closed in order.
  @BeforeEach
  void fill() {
    DiskStore store = open();
    store.append(small);
    store.append(large);
    store.append(deleted);
    store.delete(deleted.id());
    store.append(last);
    store.close();
  }

  private void withoutIndex() {
    disk.remove(VOLUME.resolve("index"));
  }

  private static boolean served(DiskStore store, SealedChunk chunk) {
    try {
      byte[] read = Chunks.read(store, chunk);
      assertThat(Arrays.equals(read, Chunks.sealed(chunk))).as("served %s", chunk.id()).isTrue();
      return true;
    } catch (MillraceException e) {
      assertThat(e.code()).as(e.getMessage()).isIn(ErrorCode.CORRUPT_DATA, ErrorCode.NO_SUCH_KEY);
      return false;
    }
  }

  /// Flips one bit, opens, closes without a trace, flips it back.
  private void flipped(int offset, int bit, Consumer<DiskStore> look) {
    byte[] before = disk.contents(SEGMENT).clone();
    disk.contents(SEGMENT)[offset] ^= (byte) (1 << bit);
    look.accept(open());
    disk.kill();
    byte[] now = disk.contents(SEGMENT);
    assertThat(now).as("an open leaves all as it is").hasSizeGreaterThanOrEqualTo(before.length);
    System.arraycopy(before, 0, now, 0, before.length);
  }

  @Test
  void everyHeaderFieldOfARecordIsNamedWithAndWithoutAnIndex() {
    List<String> fields =
        List.of(
            "0:magic",
            "8:format version",
            "10:kind",
            "11:flags",
            "12:plain length",
            "16:volume number",
            "24:local id",
            "32:sequence",
            "40:segment nonce",
            "48:offset",
            "56:durable through",
            "64:sealed length",
            "68:recovery length",
            "72:frame count",
            "76:data offset",
            "80:extent length",
            "88:target segment",
            "96:target offset",
            "104:reserved bytes",
            "116:body checksum",
            "120:version check",
            "124:header checksum");
    for (boolean index : new boolean[] {true, false}) {
      if (!index) {
        withoutIndex();
      }
      for (String field : fields) {
        int offset = FIRST + Integer.parseInt(field.substring(0, field.indexOf(':')));
        String name = field.substring(field.indexOf(':') + 1);
        flipped(
            offset,
            3,
            store -> {
              assertThatThrownBy(() -> Chunks.read(store, small))
                  .isInstanceOfSatisfying(
                      MillraceException.class,
                      e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_DATA))
                  .hasMessageContaining(small.id().toString())
                  .hasMessageContaining(SEGMENT.toString())
                  .hasMessageContaining("header: " + name);
              assertThat(served(store, large) && served(store, last)).isTrue();
              assertThat(store.contains(deleted.id())).isFalse();
            });
      }
    }
  }

  @Test
  void everyBitOfARecordIsGuarded() {
    withoutIndex();
    int end = FIRST + 128 + small.recovery().length() + 4 + small.sealedBytes();
    Random random = new Random(5);
    for (int offset = FIRST; offset < end; offset += 1 + random.nextInt(40)) {
      flipped(
          offset,
          random.nextInt(8),
          store -> {
            assertThat(served(store, small)).isFalse();
            ScrubReport report =
                store.scrub(new VolumeId(1), ScrubPace.UNBOUNDED, ChunkRepair.NONE);
            assertThat(report.damaged()).extracting(Damage::chunk).containsExactly(small.id());
            assertThat(store.usage().damagedChunks()).isEqualTo(1);
            assertThat(served(store, large) && served(store, last)).isTrue();
          });
    }
  }

  @Test
  void aDamagedFrameIsNamedAndTheOthersAreRead() {
    int secondFrame = 12_288 + 4_096 + SealedChunk.SEALED_FRAME_BYTES + 9;
    flipped(
        secondFrame,
        0,
        store -> {
          byte[] target = new byte[SealedChunk.SEALED_FRAME_BYTES];
          assertThat(store.read(large.id(), 0, 1, target)).isEqualTo(target.length);
          assertThatThrownBy(() -> store.read(large.id(), 1, 1, target))
              .hasMessageContaining("frame 1: CRC32C");
        });
  }

  @Test
  void aDeletedChunkDoesNotComeBackThroughADamagedTombstone() {
    withoutIndex();
    int tombstone = find(disk.contents(SEGMENT), 2);
    for (int offset = tombstone; offset < tombstone + 128; offset++) {
      flipped(
          offset,
          offset % 8,
          store -> {
            assertThat(store.contains(deleted.id())).isFalse();
            assertThat(served(store, small) && served(store, last)).isTrue();
            assertThat(store.damageAtOpen()).hasSize(1);
            assertThat(store.damageAtOpen().getFirst().what()).startsWith("header: ");
          });
    }
  }

  /// The offset of the first record of a kind.
  private static int find(byte[] segment, int kind) {
    for (int at = FIRST; at < segment.length; at += 512) {
      if (segment[at] == 'M' && segment[at + 7] == '1' && segment[at + 10] == kind) {
        return at;
      }
    }
    throw new AssertionError("no record of kind " + kind);
  }

  @Test
  void aHeaderThatIsGoneTakesNoOtherRecordWithIt() {
    withoutIndex();
    Arrays.fill(disk.contents(SEGMENT), FIRST, FIRST + 128, (byte) 0x55);
    DiskStore store = open();
    assertThat(served(store, small)).isFalse();
    assertThat(served(store, large) && served(store, last)).isTrue();
    assertThat(store.damageAtOpen()).isNotEmpty();
    assertThat(store.damageAtOpen().getFirst().offset()).isEqualTo(FIRST);
  }

  @Test
  void theSegmentHeaderIsCorrectedFromItsCopyAndNamed() {
    withoutIndex();
    for (int offset = 0; offset < 64; offset++) {
      flipped(
          offset,
          1,
          store -> {
            assertThat(served(store, small) && served(store, large)).isTrue();
            assertThat(store.damageAtOpen()).hasSize(1);
            assertThat(store.damageAtOpen().getFirst().what()).startsWith("segment ");
          });
    }
  }

  @Test
  void aSegmentWithoutAnyHeaderIsSetAside() {
    Arrays.fill(disk.contents(SEGMENT), 0, 4096, (byte) 7);
    DiskStore store = open();
    assertThat(store.usage().chunks()).isZero();
    assertThat(store.damageAtOpen()).isNotEmpty();
    assertThat(disk.files()).contains(VOLUME.resolve("00000001.seg.damaged"));
    store.append(small);
    assertThat(disk.files()).contains(VOLUME.resolve("00000002.seg"));
  }

  @Test
  void anIndexWithAnyBitFlippedIsAsGoodAsNone() {
    byte[] index = disk.contents(VOLUME.resolve("index"));
    for (int offset = 0; offset < index.length; offset++) {
      byte[] now = disk.contents(VOLUME.resolve("index"));
      now[offset] ^= (byte) (1 << offset % 8);
      DiskStore store = open();
      assertThat(served(store, small) && served(store, large) && served(store, last)).isTrue();
      assertThat(store.contains(deleted.id())).isFalse();
      disk.kill();
      now[offset] ^= (byte) (1 << offset % 8);
    }
  }

  @Test
  void theIdentityFileIsGuarded() {
    byte[] identity = disk.contents(FOLDER.resolve("disk"));
    for (int offset = 0; offset < identity.length; offset++) {
      identity[offset] ^= 1;
      assertThatThrownBy(this::open)
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.code()).isIn(ErrorCode.CORRUPT_DATA, ErrorCode.HOME_VERSION))
          .hasMessageContaining("/disk/disk");
      identity[offset] ^= 1;
    }
    assertThat(served(open(), small)).isTrue();
  }

  @Test
  void aTailThatWasNotAcknowledgedIsCut() {
    DiskStore store = open();
    disk.failing((operation, file) ->
        operation == SimulatedDisk.Operation.SYNC ? "Input/output error" : null);
    SealedChunk torn = Chunks.of(1, 9, 200_000);
    assertFails(ErrorCode.IO_ERROR, () -> store.append(torn));
    disk.healthy();
    byte[] contents = disk.contents(SEGMENT);
    contents[contents.length - 1_000] ^= 1;
    disk.kill();
    DiskStore again = open();
    assertThat(served(again, torn)).isFalse();
    assertThat(again.contains(torn.id())).isFalse();
    assertThat(again.damageAtOpen()).isEmpty();
    assertThat(disk.contents(SEGMENT).length).isLessThan(contents.length - 200_000);
    assertThat(served(again, last)).isTrue();
  }

  @Test
  void aScrubPutsAGoodCopyInPlace() {
    disk.contents(SEGMENT)[FIRST + 2_000] ^= 4;
    DiskStore store = open();
    ScrubReport report =
        store.scrub(
            new VolumeId(1),
            ScrubPace.UNBOUNDED,
            damage -> small.id().equals(damage.chunk()) ? Optional.of(small) : Optional.empty());
    assertThat(report.repaired()).isEqualTo(1);
    assertThat(served(store, small)).isTrue();
    assertThat(store.usage().damagedChunks()).isZero();
    assertThat(store.scrub(new VolumeId(1), ScrubPace.UNBOUNDED, ChunkRepair.NONE).damaged())
        .isEmpty();
    disk.kill();
    withoutIndex();
    DiskStore again = open();
    assertThat(served(again, small)).isTrue();
    again.delete(small.id());
    disk.kill();
    assertThat(open().contains(small.id())).isFalse();
  }

  @Test
  void aScrubKeepsItsPace() {
    long[] paced = {0, 0};
    DiskStore store = open();
    store.scrub(
        new VolumeId(1),
        bytes -> {
          paced[0] += bytes;
          paced[1]++;
          return paced[1] < 2;
        },
        ChunkRepair.NONE);
    assertThat(paced[1]).isEqualTo(2);
    assertThat(paced[0]).isBetween(300_000L, 400_000L);
  }
}
