package dev.millrace.node.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Extent;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.wire.seal.Recovery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SalvageTest {
  private record Chunk(ChunkId id, int plainBytes, Recovery recovery) {}

  private static final WrappedKey KEY = new WrappedKey(1, Bytes.copyOf(new byte[40]));

  @Test
  void wholeVersionsComeBackFromChunksInAnyOrder() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      List<Chunk> chunks = new ArrayList<>();
      List<List<Extent>> manifests = new ArrayList<>();
      for (int number = 0; number < 4; number++) {
        List<Chunk> version = version(random, number);
        manifests.add(
            version.stream().map(chunk -> new Extent(chunk.id(), chunk.plainBytes())).toList());
        chunks.addAll(version);
      }
      Collections.shuffle(chunks, random);
      Salvage.Result result = salvage(chunks);
      assertThat(result.incomplete()).isEmpty();
      assertThat(result.complete().stream().map(found -> found.manifest().extents()).toList())
          .isEqualTo(manifests);
      assertThat(result.complete().getFirst().key()).isEqualTo(new ObjectKey("key0"));
    }
  }

  @Test
  void aVersionThatLacksAnyChunkIsNotWhole() {
    Random random = new Random(8);
    for (int round = 0; round < 200; round++) {
      List<Chunk> chunks = version(random, 0);
      if (chunks.size() > 1) {
        chunks.remove(random.nextInt(chunks.size()));
        Salvage.Result result = salvage(chunks);
        assertThat(result.complete()).isEmpty();
        assertThat(result.incomplete()).hasSize(1);
      }
    }
  }

  @Test
  void aTaskThatRanTwiceDoesNotHurtUnlessItsRunsDiffer() {
    List<Chunk> chunks = version(new Random(9), 0);
    Chunk last = chunks.getLast();
    chunks.add(new Chunk(new ChunkId(9, 9), last.plainBytes(), last.recovery()));
    assertThat(salvage(chunks).complete()).hasSize(1);
    chunks.add(new Chunk(new ChunkId(9, 10), last.plainBytes() + 1, last.recovery()));
    assertThat(salvage(chunks).complete()).isEmpty();
  }

  private static Salvage.Result salvage(List<Chunk> chunks) {
    Salvage salvage = new Salvage();
    chunks.forEach(chunk -> salvage.add(chunk.id(), chunk.plainBytes(), chunk.recovery()));
    return salvage.result();
  }

  private static List<Chunk> version(Random random, int number) {
    List<Chunk> chunks = new ArrayList<>();
    int pieces = 1 + random.nextInt(4);
    for (int piece = 0; piece < pieces; piece++) {
      int extents = 1 + random.nextInt(4);
      long offset = 0;
      for (int extent = 0; extent < extents; extent++) {
        int plainBytes = 1 + random.nextInt(1000);
        boolean lastExtent = extent == extents - 1;
        chunks.add(
            new Chunk(
                new ChunkId(1, random.nextLong()),
                plainBytes,
                new Recovery(
                    new BucketName("bucket"),
                    new ObjectKey("key" + number),
                    new VersionId(new Id128(number, 0)),
                    piece,
                    extent,
                    offset,
                    lastExtent,
                    lastExtent && piece == pieces - 1,
                    KEY)));
        offset += plainBytes;
      }
    }
    return chunks;
  }
}
