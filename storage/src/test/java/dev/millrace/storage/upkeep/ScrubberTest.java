package dev.millrace.storage.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.client.Admin;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.VolumeId;
import dev.millrace.net.StorageNodes;
import dev.millrace.storage.DiskSite;
import dev.millrace.storage.upkeep.Scrubber.Schedule;
import dev.millrace.testkit.MemoryNodes;
import dev.millrace.volumes.ChunkRepair;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.SealedChunk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScrubberTest {
  private static final BucketName BUCKET = new BucketName("bucket");
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final Schedule WEEKLY = new Schedule(Duration.ofDays(7), 1L << 40);

  @TempDir private Path folder;

  private ChunkId put(DiskSite site) {
    site.files.createBucket(BUCKET, Optional.empty());
    byte[] bytes = new byte[500_000];
    java.util.Arrays.fill(bytes, (byte) 'x');
    site.files.put(PutRequest.of(BUCKET, KEY), new ByteArrayInputStream(bytes));
    return site.disks.chunks(null, 10).getFirst();
  }

  /// Flips a bit in the middle of the chunk's sealed bytes, in the file that holds them.
  private void damage(DiskSite site, ChunkId chunk) throws IOException {
    byte[] sealed = new byte[4 * SealedChunk.SEALED_FRAME_BYTES];
    site.disks.read(chunk, 0, 4, sealed);
    try (Stream<Path> files = Files.walk(folder.resolve("disk"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
          byte[] all = new byte[(int) Math.min(data.length(), 4 << 20)];
          data.readFully(all);
          for (int at = 0; at + 64 <= all.length; at++) {
            if (java.util.Arrays.equals(all, at, at + 64, sealed, 1000, 1064)) {
              data.seek(at);
              data.write(all[at] ^ 1);
              return;
            }
          }
        }
      }
    }
    throw new IllegalStateException("the chunk's bytes are in no file");
  }

  private Scrubber scrubber(DiskSite site, ChunkRepair repair) {
    return new Scrubber(site.disks, repair, WEEKLY, site.clock, folder.resolve("scrub-times"));
  }

  @Test
  void damageIsFoundAndCounted() throws IOException {
    try (DiskSite site = new DiskSite(folder)) {
      ChunkId chunk = put(site);
      Scrubber scrubber = scrubber(site, ChunkRepair.NONE);
      assertThat(scrubber.scrubAll().damaged()).isEmpty();
      damage(site, chunk);
      Admin.ScrubReport report = scrubber.scrubAll();
      assertThat(report.chunks()).isEqualTo(1);
      assertThat(report.damaged()).hasSize(1).first().asString().contains(chunk.toString());
      assertThat(site.disks.usage().damagedChunks()).isEqualTo(1);
    }
  }

  @Test
  void damageIsRepairedFromAnotherMember() throws IOException {
    try (DiskSite site = new DiskSite(folder)) {
      ChunkId chunk = put(site);
      MemoryNodes others = new MemoryNodes(2);
      NodeId other = others.node(2).node();
      ChunkInfo info = site.disks.stat(chunk).orElseThrow();
      byte[] sealed = new byte[SealedChunk.sealedLength(info.plainBytes())];
      site.disks.read(chunk, 0, SealedChunk.frameCount(info.plainBytes()), sealed);
      others
          .node(2)
          .put(new SealedChunk(chunk, info.plainBytes(), info.recovery(), sealed, sealed.length));
      site.catalog.repoint(chunk.volume(), List.of(site.node.node(), other));
      damage(site, chunk);
      StorageNodes reachable = others;
      Scrubber scrubber =
          scrubber(site, new MemberRepair(site.node.node(), site.catalog, reachable));
      assertThat(scrubber.scrubAll().damaged()).hasSize(1);
      assertThat(scrubber.scrubAll().damaged()).isEmpty();
      assertThat(site.disks.usage().damagedChunks()).isZero();
      assertThat(site.disks.stat(chunk).orElseThrow().recovery())
          .isEqualTo(info.recovery())
          .isNotEqualTo(Bytes.EMPTY);
      site.files.get(
          ObjectRef.current(BUCKET, KEY), ByteRange.whole(), OutputStream.nullOutputStream());
    }
  }

  @Test
  void eachVolumeIsReadOnceAWeekEvenOverRestarts() {
    try (DiskSite site = new DiskSite(folder)) {
      put(site);
      assertThat(scrubber(site, ChunkRepair.NONE).round()).isZero();
      for (int day = 1; day < 7; day++) {
        site.clock.advanceMillis(Duration.ofDays(1).toMillis());
        assertThat(scrubber(site, ChunkRepair.NONE).round()).isZero();
      }
      site.clock.advanceMillis(Duration.ofDays(1).toMillis());
      assertThat(scrubber(site, ChunkRepair.NONE).round()).isEqualTo(1);
      assertThat(scrubber(site, ChunkRepair.NONE).round()).isZero();
    }
  }

  @Test
  void theLongestWaitingComesFirstAndADamagedFileIsNoHarm() throws IOException {
    Path file = folder.resolve("times");
    VolumeId one = new VolumeId(1);
    VolumeId two = new VolumeId(2);
    ScrubTimes times = new ScrubTimes(file);
    times.scrubbed(one, 2000);
    times.scrubbed(two, 1000);
    times.save();
    ScrubTimes again = new ScrubTimes(file);
    assertThat(again.due(List.of(one, two), 5000, 3500)).contains(two);
    assertThat(again.due(List.of(one), 5000, 3500)).isEmpty();
    assertThat(again.due(List.of(one), 5500, 3500)).contains(one);
    Files.writeString(file, "no times at all\n");
    assertThat(new ScrubTimes(file).due(List.of(one, two), 9000, 3500)).isEmpty();
  }
}
