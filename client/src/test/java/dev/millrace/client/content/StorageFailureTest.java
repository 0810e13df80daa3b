package dev.millrace.client.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentWriter;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.Volume;
import dev.millrace.model.VolumeId;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.MemoryNodes;
import dev.millrace.wire.SealedChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorageFailureTest {
  private static final int CHUNK = Limits.CHUNK_BYTES;

  @TempDir private Path folder;
  private final byte[] bytes = Site.bytes(9, 3 * CHUNK + 1000);

  private static MillraceException failure(ErrorCode code, ThrowingCallable call) {
    List<MillraceException> caught = new ArrayList<>();
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              caught.add(e);
            });
    return caught.getFirst();
  }

  private static List<Extent> extents(Stored stored) {
    return ((Content.Chunked) stored.content()).manifest().extents();
  }

  private static Set<ChunkId> chunks(Stored stored) {
    Set<ChunkId> chunks = new TreeSet<>();
    extents(stored).forEach(extent -> chunks.add(extent.chunk()));
    return chunks;
  }

  private void assertReadable(Site site, Stored stored) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    site.open(stored).transferTo(0, bytes.length, out);
    assertThat(Arrays.equals(out.toByteArray(), bytes)).isTrue();
    byte[] read = new byte[bytes.length];
    site.open(stored).read(0, read, 0, read.length);
    assertThat(Arrays.equals(read, bytes)).isTrue();
  }

  @Test
  void aMemberThatTakesNoMoreSendsTheWriterToAnotherVolume() {
    for (ErrorCode code :
        List.of(ErrorCode.VOLUME_FULL, ErrorCode.READ_ONLY, ErrorCode.DISK_FULL)) {
      try (Site site = new Site(folder, nodes(3), two())) {
        site.nodes.node(2).failPutAfter(2, code);
        Stored stored = site.store(bytes);
        assertReadable(site, stored);
        assertThat(site.nodes.node(1).all()).isEqualTo(chunks(stored));
        assertThat(site.nodes.node(2).all()).isEqualTo(chunks(stored));
        List<Volume> volumes = site.catalog.query(new CatalogQuery.ListVolumes());
        assertThat(volumes)
            .extracting(Volume::state)
            .containsExactly(Volume.State.SEALED, Volume.State.OPEN);
        assertThat(site.store.buffersLentBytes()).isZero();
      } finally {
        assertThat(folder.resolve("master.keys").toFile().delete()).isTrue();
      }
    }
  }

  private static MemoryNodes nodes(int count) {
    return new MemoryNodes(count);
  }

  private static StoragePolicy two() {
    return new StoragePolicy.Replicated(2);
  }

  @Test
  void aVolumeThatFillsForAllWritersIsLeftByAll() {
    try (Site site = new Site(folder, new MemoryNodes(1, 4), new StoragePolicy.Replicated(1))) {
      site.store(bytes);
      for (int volume = 1; volume <= 4; volume++) {
        site.nodes.node(1).fill(volume);
      }
      Stored stored = site.store(bytes);
      assertReadable(site, stored);
      assertThat(chunks(stored)).allMatch(chunk -> chunk.volumeNumber() > 4);
    }
  }

  @Test
  void aLostMemberIsReplacedByAnotherNode() {
    try (Site site = new Site(folder, nodes(3), two())) {
      site.store(bytes);
      site.nodes.lose(1);
      Stored stored = site.store(bytes);
      assertReadable(site, stored);
      assertThat(site.nodes.node(2).all()).containsAll(chunks(stored));
      assertThat(site.nodes.node(3).all()).containsAll(chunks(stored));
    }
  }

  @Test
  void aFullClusterFailsTheWriteAndLeavesNothing() {
    try (Site site = Site.single(folder)) {
      site.nodes.node(1).failPutAfter(2, ErrorCode.DISK_FULL);
      site.nodes.full(true);
      failure(ErrorCode.DISK_FULL, () -> site.store(bytes)); // not even a volume can be made
      site.nodes.full(false);
      site.nodes.node(1).beforePut(_ -> site.nodes.full(true));
      failure(ErrorCode.DISK_FULL, () -> site.store(bytes));
      assertThat(site.nodes.node(1).all()).isEmpty();
      assertThat(site.store.buffersLentBytes()).isZero();
      site.nodes.node(1).beforePut(_ -> {});
      site.nodes.full(false);
      assertReadable(site, site.store(bytes));
    }
  }

  @Test
  void aDiskThatAlwaysFailsEndsTheWriteAfterAFewVolumes() {
    try (Site site = Site.single(folder)) {
      site.nodes.node(1).fail(ErrorCode.IO_ERROR);
      failure(ErrorCode.IO_ERROR, () -> site.store(bytes));
      assertThat(site.catalog.query(new CatalogQuery.ListVolumes())).hasSizeLessThan(20);
      site.nodes.node(1).recover();
      assertReadable(site, site.store(bytes));
    }
  }

  @Test
  void givingUpFreesWhatWasWritten() {
    try (Site site = Site.single(folder)) {
      ContentWriter writer = site.store.write(site.order(true));
      writer.write(bytes, 0, bytes.length);
      writer.abort();
      assertThat(site.nodes.node(1).all()).isEmpty();
      writer.abort();
      assertThat(site.store.buffersLentBytes()).isZero();
      Stored kept = site.store(bytes);
      assertThat(site.nodes.node(1).all()).isEqualTo(chunks(kept));
      site.store.discard(kept.content());
      assertThat(site.nodes.node(1).all()).isEmpty();
    }
  }

  @Test
  void aBadCopyIsReplacedByAnother() {
    try (Site site = new Site(folder, nodes(2), two())) {
      Stored stored = site.store(bytes);
      List<Extent> extents = extents(stored);
      site.nodes.node(1).rot(extents.get(0).chunk());
      // The CRC32C does not notice this one, the seal does; in the middle of a run of frames.
      site.nodes.node(1).forge(extents.get(1).chunk(), 3 * (Limits.FRAME_BYTES + 16) + 5);
      site.nodes.node(1).lose(extents.get(2).chunk());
      site.nodes.node(2).rot(extents.get(3).chunk());
      assertReadable(site, stored);
      site.nodes.lose(2);
      failure(ErrorCode.UNAVAILABLE, () -> assertReadable(site, stored));
    }
  }

  @Test
  void bytesThatAreBadEverywhereAreNotDelivered() {
    try (Site site = new Site(folder, nodes(2), two())) {
      Stored stored = site.store(bytes);
      ChunkId second = extents(stored).get(1).chunk();
      site.nodes.node(1).rot(second);
      site.nodes.node(2).forge(second, 0);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      MillraceException failure =
          failure(ErrorCode.CORRUPT_DATA, () -> site.open(stored).transferTo(0, bytes.length, out));
      assertThat(failure)
          .hasMessageContaining(second.toString())
          .hasMessageContaining("volume " + second.volume())
          .hasMessageContaining("backup");
      assertThat(Arrays.equals(out.toByteArray(), Arrays.copyOf(bytes, CHUNK))).isTrue();
      failure(ErrorCode.CORRUPT_DATA, () -> site.open(stored).read(CHUNK, new byte[10], 0, 10));
      byte[] rest = new byte[1000];
      site.open(stored).read(3L * CHUNK, rest, 0, 1000);
      assertThat(rest).isEqualTo(Arrays.copyOfRange(bytes, 3 * CHUNK, bytes.length));
      assertThat(site.store.buffersLentBytes()).isZero();
    }
  }

  @Test
  void aVolumeThatWasMovedIsFound() {
    try (Site site = new Site(folder, nodes(2), new StoragePolicy.Replicated(1))) {
      Stored stored = site.store(bytes);
      assertReadable(site, stored);
      for (Extent extent : extents(stored)) {
        int sealedBytes = SealedChunk.sealedLength(extent.lengthBytes());
        byte[] sealed = new byte[sealedBytes];
        int frames = SealedChunk.frameCount(extent.lengthBytes());
        site.nodes.node(1).read(extent.chunk(), 0, frames, sealed);
        site.nodes
            .node(2)
            .put(
                new SealedChunk(
                    extent.chunk(), extent.lengthBytes(), Bytes.EMPTY, sealed, sealedBytes));
      }
      VolumeId volume = extents(stored).getFirst().chunk().volume();
      site.nodes.lose(1);
      failure(ErrorCode.UNAVAILABLE, () -> assertReadable(site, stored));
      site.catalog.repoint(volume, List.of(site.nodes.node(2).node()));
      assertReadable(site, stored);
    }
  }

  @Test
  void aSinkThatFailsEndsTheTransfer() {
    try (Site site = Site.single(folder)) {
      Stored stored = site.store(bytes);
      OutputStream broken =
          new OutputStream() {
            private int taken;

            @Override
            public void write(int b) throws IOException {
              throw new IOException("broken pipe");
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
              taken += length;
              if (taken > 3_000_000) {
                throw new IOException("broken pipe");
              }
            }
          };
      MillraceException failure =
          failure(ErrorCode.IO_ERROR, () -> site.open(stored).transferTo(0, bytes.length, broken));
      assertThat(failure).hasCauseInstanceOf(IOException.class);
      assertThat(site.store.buffersLentBytes()).isZero();
    }
  }
}
