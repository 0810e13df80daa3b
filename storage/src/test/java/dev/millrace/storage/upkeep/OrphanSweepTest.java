package dev.millrace.storage.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Id128;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.client.ContentWriter;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.VersionId;
import dev.millrace.storage.DiskSite;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OrphanSweepTest {
  private static final BucketName BUCKET = new BucketName("bucket");
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final long DAY_MILLIS = OrphanSweep.AGE.toMillis();

  @TempDir private Path folder;

  private static ContentWriter writer(DiskSite site) {
    return site.content.write(
        new WriteOrder(
            BUCKET,
            KEY,
            new VersionId(new Id128(0, 1)),
            site.content.newDataKey(),
            0,
            false,
            false));
  }

  @Test
  void whatNobodyNamesIsDeletedAfterADay() {
    try (DiskSite site = new DiskSite(folder)) {
      site.files.createBucket(BUCKET, Optional.empty());
      site.files.put(PutRequest.of(BUCKET, KEY), new ByteArrayInputStream(new byte[10_000]));
      ContentWriter dead = writer(site);
      dead.write(new byte[10_000], 0, 10_000);
      dead.finish(true); // and never committed
      OrphanSweep sweep =
          new OrphanSweep(
              site.disks, site.catalog, site.content::oldestWriterAge, site.clock, OrphanSweep.AGE);
      assertThat(sweep.round()).isZero();
      site.clock.advanceMillis(DAY_MILLIS - 1);
      assertThat(sweep.round()).isZero();
      assertThat(site.disks.usage().chunks()).isEqualTo(2);
      site.clock.advanceMillis(1);
      assertThat(sweep.round()).isZero();
      site.clock.advanceMillis(OrphanSweep.SETTLE.toMillis());
      assertThat(sweep.round()).isEqualTo(1);
      assertThat(site.disks.usage().chunks()).isEqualTo(1);
      site.files.get(
          ObjectRef.current(BUCKET, KEY), ByteRange.whole(), OutputStream.nullOutputStream());
    }
  }

  @Test
  void aWriterThatTakesDaysKeepsItsChunks() {
    try (DiskSite site = new DiskSite(folder)) {
      site.files.createBucket(BUCKET, Optional.empty());
      OrphanSweep sweep =
          new OrphanSweep(
              site.disks, site.catalog, site.content::oldestWriterAge, site.clock, OrphanSweep.AGE);
      ContentWriter slow = writer(site);
      byte[] part = new byte[9_000_000];
      slow.write(part, 0, part.length);
      ContentWriter other = writer(site);
      other.write(part, 0, part.length);
      other.finish(true);
      for (int day = 0; day < 5; day++) {
        assertThat(sweep.round()).isZero();
        site.clock.advanceMillis(DAY_MILLIS);
      }
      long sizeBytes = slow.finish(true).sizeBytes();
      assertThat(sweep.round()).as("finished, and to be committed").isZero();
      assertThat(sizeBytes).isEqualTo(part.length);
      assertThat(site.content.oldestWriterAge()).isEmpty();
    }
  }

  @Test
  void ageIsComparedWithTheWriters() {
    Duration day = OrphanSweep.AGE;
    assertThat(OrphanSweep.orphaned(day, Optional.empty(), OrphanSweep.AGE)).isTrue();
    assertThat(OrphanSweep.orphaned(day.minusNanos(1), Optional.empty(), OrphanSweep.AGE))
        .isFalse();
    assertThat(OrphanSweep.orphaned(day, Optional.of(day.minusNanos(1)), OrphanSweep.AGE)).isTrue();
    assertThat(OrphanSweep.orphaned(day, Optional.of(day), OrphanSweep.AGE)).isFalse();
    assertThat(OrphanSweep.orphaned(day, Optional.of(day.multipliedBy(3)), OrphanSweep.AGE))
        .isFalse();
  }
}
