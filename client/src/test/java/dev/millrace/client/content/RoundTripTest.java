package dev.millrace.client.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Limits;
import dev.millrace.base.Text;
import dev.millrace.client.ContentReader;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.client.ContentWriter.Written;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Stored;
import dev.millrace.testkit.Seeds;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.seal.Recovery;
import dev.millrace.wire.seal.RecoveryCodec;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoundTripTest {
  private static final int FRAME = Limits.FRAME_BYTES;
  private static final int CHUNK = Limits.CHUNK_BYTES;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        100,
        4095,
        4096,
        4097,
        FRAME - 1,
        FRAME,
        FRAME + 1,
        8 * FRAME,
        8 * FRAME + 1,
        CHUNK - 1,
        CHUNK,
        CHUNK + 1,
        3 * CHUNK,
        3 * CHUNK + 70_000
      })
  void whatWasWrittenComesBack(int size) throws NoSuchAlgorithmException {
    long seed = Seeds.seed("whatWasWrittenComesBack " + size);
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = Site.bytes(seed, size);
    String md5 = Text.hex(MessageDigest.getInstance("MD5").digest(bytes));
    try (Site site = Site.single(folder)) {
      for (boolean allowInline : new boolean[] {true, false}) {
        WriteOrder order = site.order(allowInline);
        Written written = site.write(order, bytes, random);
        assertThat(written.sizeBytes()).isEqualTo(size);
        assertThat(written.md5()).contains(md5);
        assertThat(written.content() instanceof Content.Inline)
            .isEqualTo(allowInline && size > 0 && size <= Limits.INLINE_BYTES);
        Stored stored = Site.stored(written, order.dataKey());
        assertThat(site.store.buffersLentBytes()).isZero();

        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        site.open(stored).transferTo(0, size, whole);
        assertThat(Arrays.equals(whole.toByteArray(), bytes)).isTrue();
        ContentReader reader = site.open(stored);
        for (int round = 0; round < Seeds.rounds(10); round++) {
          int from = random.nextInt(size + 1);
          int length = random.nextInt(Math.min(size - from, 2_500_000) + 1);
          byte[] part = new byte[length + 7];
          reader.read(from, part, 3, length);
          assertThat(Arrays.equals(part, 3, 3 + length, bytes, from, from + length))
              .as("%d from %d, seed %d", length, from, seed)
              .isTrue();
          ByteArrayOutputStream sink = new ByteArrayOutputStream();
          reader.transferTo(from, length, sink);
          assertThat(Arrays.equals(sink.toByteArray(), 0, length, bytes, from, from + length))
              .as("%d from %d, seed %d", length, from, seed)
              .isTrue();
        }
        assertThat(site.store.buffersLentBytes()).isZero();
      }
    }
  }

  @Test
  void aRangeReadsOnlyTheFramesItNeeds() {
    try (Site site = Site.single(folder)) {
      Stored stored = site.store(Site.bytes(1, 2 * CHUNK));
      ContentReader reader = site.open(stored);
      record Case(long position, int length, int frames) {}
      for (Case c :
          List.of(
              new Case(0, 1, 1),
              new Case(FRAME - 1, 2, 2),
              new Case(FRAME, FRAME, 1),
              new Case(5 * FRAME + 1, 11 * FRAME, 12),
              new Case(CHUNK - 1, 2, 2),
              new Case(2L * CHUNK - 1, 1, 1))) {
        long before = site.nodes.node(1).framesRead();
        reader.read(c.position(), new byte[c.length()], 0, c.length());
        assertThat(site.nodes.node(1).framesRead() - before).as("%s", c).isEqualTo(c.frames());
        before = site.nodes.node(1).framesRead();
        reader.transferTo(c.position(), c.length(), new ByteArrayOutputStream());
        assertThat(site.nodes.node(1).framesRead() - before).as("%s", c).isEqualTo(c.frames());
      }
    }
  }

  @Test
  void chunksAreFullAndSayWhereTheyBelong() {
    try (Site site = Site.single(folder)) {
      WriteOrder order = site.order(true);
      Written written = site.write(order, Site.bytes(1, 2 * CHUNK + 5), new SplittableRandom(3));
      List<Extent> extents = ((Content.Chunked) written.content()).manifest().extents();
      assertThat(extents).extracting(Extent::lengthBytes).containsExactly(CHUNK, CHUNK, 5);
      RecoveryCodec codec = new RecoveryCodec(site.keys);
      for (int i = 0; i < 3; i++) {
        ChunkInfo info = site.nodes.node(1).stat(extents.get(i).chunk()).orElseThrow();
        assertThat(codec.open(info.id(), info.recovery()))
            .isEqualTo(
                new Recovery(
                    order.bucket(),
                    order.key(),
                    order.version(),
                    0,
                    i,
                    (long) i * CHUNK,
                    i == 2,
                    i == 2,
                    order.dataKey()));
      }
    }
  }

  @Test
  void aWholeChunkThatEndsThePieceKnowsIt() {
    try (Site site = Site.single(folder)) {
      WriteOrder order = site.order(true);
      Written written = site.write(order, Site.bytes(1, CHUNK), new SplittableRandom(3));
      Extent only = ((Content.Chunked) written.content()).manifest().extents().getFirst();
      ChunkInfo info = site.nodes.node(1).stat(only.chunk()).orElseThrow();
      assertThat(new RecoveryCodec(site.keys).open(info.id(), info.recovery()).lastExtent())
          .isTrue();
    }
  }

  @Test
  void nothingLiesInTheClear() {
    try (Site site = Site.single(folder)) {
      byte[] zeros = new byte[FRAME];
      Stored stored = site.store(zeros);
      Extent only = ((Content.Chunked) stored.content()).manifest().extents().getFirst();
      byte[] sealed = new byte[FRAME + 16];
      site.nodes.node(1).read(only.chunk(), 0, 1, sealed);
      int zerosLeft = 0;
      for (byte b : sealed) {
        zerosLeft += b == 0 ? 1 : 0;
      }
      assertThat(zerosLeft).isLessThan(FRAME / 64);
    }
  }
}
