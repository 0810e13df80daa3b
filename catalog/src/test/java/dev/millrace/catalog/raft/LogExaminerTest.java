package dev.millrace.catalog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand;
import dev.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogExaminerTest {
  private static final int ENTRIES = 6;
  private static final int SECTOR_BYTES = 512;
  @TempDir Path temp;
  private Path segment = Path.of("none");
  private byte[] intact = {};
  private LogExaminer.Finding whole = new LogExaminer.Finding(-1, -1, 0);

  @BeforeEach
  void writeALog() throws IOException {
    Path folder = temp.resolve("c");
    BucketName bucket = new BucketName("bucket");
    SplittableRandom random = new SplittableRandom(1);
    try (RaftCatalog catalog = CatalogFolders.open(folder)) {
      catalog.execute(new CatalogCommand.CreateBucket(bucket, new StoragePolicy.Replicated(1)));
      for (int i = 0; i < ENTRIES; i++) {
        byte[] sealed = new byte[2016];
        random.nextBytes(sealed);
        catalog.execute(
            new CatalogCommand.CommitVersion(
                bucket,
                new ObjectKey("k" + i),
                new VersionId(new Id128(1, i)),
                new Stored(
                    2000,
                    "etag",
                    new Content.Inline(new ChunkId(0, i), Bytes.copyOf(sealed)),
                    new WrappedKey(1, Bytes.EMPTY),
                    Map.of(),
                    Optional.empty()),
                new CatalogCommand.Precondition.None()));
      }
    }
    segment = CatalogFolders.openSegment(folder);
    intact = Files.readAllBytes(segment);
    whole = examine();
    assertThat(whole.lastIndex()).isGreaterThan(ENTRIES);
  }

  private LogExaminer.Finding examine() {
    return new LogExaminer(java.util.Objects.requireNonNull(segment.getParent())).examine();
  }

  /// Where the last entry begins.
  private int lastOffset() throws IOException {
    Files.write(segment, intact);
    SegmentFile file = new SegmentFile(segment);
    int offset = file.headerLength();
    for (SegmentFile.Entry at = file.entryAt(offset); at != null && at.end() < intact.length; ) {
      offset = at.end();
      at = file.entryAt(offset);
    }
    return offset;
  }

  private void assertCorrupt(String what) {
    assertThatThrownBy(this::examine)
        .as(what)
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_LOG);
              assertThat(e)
                  .hasMessageContaining(segment.toString())
                  .hasMessageContaining("offset")
                  .hasMessageContaining("millrace catalog restore");
            });
  }

  @Test
  void everyFlippedBitOfAWholeEntryIsFound() throws IOException {
    long seed = Seeds.seed("everyFlippedBitOfAWholeEntryIsFound");
    SplittableRandom random = new SplittableRandom(seed);
    int last = lastOffset();
    for (int i = 0; i < Seeds.rounds(400); i++) {
      // Half of them in the last entry, which a careless reader takes for a torn one; many of those
      // in its length.
      int at =
          switch (i % 4) {
            case 0 -> last + random.nextInt(4);
            case 1 -> last + random.nextInt(intact.length - last);
            default -> random.nextInt(intact.length);
          };
      int padding = i % 3 == 0 ? 4096 : 0;
      byte[] damaged = Arrays.copyOf(intact, intact.length + padding);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(segment, damaged);
      assertCorrupt("flip at " + at + " of " + intact.length + ", last entry at " + last);
    }
  }

  @Test
  void aTornLastEntryIsCutAndNothingElse() throws IOException {
    int last = lastOffset();
    for (int end = last + 1; end < intact.length; end += 97) {
      Files.write(segment, Arrays.copyOf(intact, end));
      assertThat(examine().lastIndex()).as("cut at %d", end).isEqualTo(whole.lastIndex() - 1);
      assertThat(Files.size(segment)).isEqualTo(last);
    }
    for (int end = (last / SECTOR_BYTES + 1) * SECTOR_BYTES;
        end < intact.length - SECTOR_BYTES;
        end += SECTOR_BYTES) {
      byte[] torn = Arrays.copyOf(intact, end);
      Files.write(segment, Arrays.copyOf(torn, intact.length + 100_000));
      assertThat(examine().lastIndex()).as("zeros from %d", end).isEqualTo(whole.lastIndex() - 1);
      // A later sector reached the disk, an earlier one did not.
      byte[] hole = intact.clone();
      Arrays.fill(hole, end, end + SECTOR_BYTES, (byte) 0);
      Files.write(segment, hole);
      assertThat(examine().lastIndex()).as("hole at %d", end).isEqualTo(whole.lastIndex() - 1);
    }
  }

  @Test
  void aHoleInFrontOfAWholeEntryIsDamage() throws IOException {
    int last = lastOffset();
    byte[] hole = intact.clone();
    Arrays.fill(hole, last - 1500, last - 1000, (byte) 0);
    Files.write(segment, hole);
    assertCorrupt("a hole in the last entry but one");
  }

  @Test
  void aSegmentThatWasOnlyMadeIsRemoved() throws IOException {
    for (int length : new int[] {0, 3, 8, 4096}) {
      Path next = segment.resolveSibling("log_inprogress_" + (whole.lastIndex() + 1));
      Path closed = segment.resolveSibling("log_0-" + whole.lastIndex());
      Files.write(closed, intact);
      Files.deleteIfExists(segment);
      byte[] begun = new byte[length];
      if (length >= 3) {
        System.arraycopy(intact, 0, begun, 0, 3);
      }
      Files.write(next, begun);
      assertThat(examine().lastIndex()).isEqualTo(whole.lastIndex());
      assertThat(next).doesNotExist();
    }
  }

  @Test
  void aMissingSegmentIsFound() throws IOException {
    Files.move(segment, segment.resolveSibling("log_0-" + whole.lastIndex()));
    segment = segment.resolveSibling("log_inprogress_" + (whole.lastIndex() + 5));
    Files.write(segment, Arrays.copyOf(intact, 8));
    assertCorrupt("a gap");
  }

  @Test
  void aVoteThatTheLogContradictsIsFound() throws IOException {
    segment = segment.resolveSibling("raft-meta");
    Files.writeString(segment, "term=0\nvotedFor=x\n");
    assertCorrupt("a term behind the log's");
    Files.writeString(segment, "tern=1\nvotedFor=x\n");
    assertCorrupt("no term");
  }
}
