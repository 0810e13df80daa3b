package dev.millrace.catalog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.RandomHistory;
import dev.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogDamageTest {
  @TempDir Path temp;
  private Path intact = Path.of("none");
  private List<String> rows = List.of();

  @BeforeEach
  void writeACatalog() {
    intact = temp.resolve("intact");
    RandomHistory history = new RandomHistory(1, true);
    try (RaftCatalog catalog = CatalogFolders.open(intact)) {
      for (int i = 0; i < 150; i++) {
        CatalogFolders.outcome(catalog, history.next());
        if (i == 100) {
          catalog.checkpoint();
        }
      }
      rows = CatalogFolders.dump(catalog);
    }
  }

  /// Either the damage is named, or it does no harm: never are there other rows.
  @Test
  void aFlippedBitInAnyFileIsNamedOrHarmless() throws IOException {
    long seed = Seeds.seed("aFlippedBitInAnyFileIsNamedOrHarmless");
    SplittableRandom random = new SplittableRandom(seed);
    List<Path> files =
        CatalogFolders.files(intact).stream().filter(file -> file.toFile().length() > 0).toList();
    for (int i = 0; i < Seeds.rounds(20); i++) {
      Path file = files.get(random.nextInt(files.size()));
      Path copy = temp.resolve("copy" + i);
      CatalogFolders.copy(intact, copy);
      Path damaged = copy.resolve(intact.relativize(file).toString());
      long offset = random.nextLong(Files.size(damaged));
      CatalogFolders.flipBit(damaged, offset, random.nextInt(8));
      String what = intact.relativize(file) + " at " + offset;
      try (RaftCatalog catalog = CatalogFolders.open(copy)) {
        catalog.verify();
        assertThat(CatalogFolders.dump(catalog)).as(what).isEqualTo(rows);
      } catch (MillraceException e) {
        System.out.println(what + " -> " + e.code() + " " + e.getMessage());
        assertThat(e.code().kind())
            .as("%s: %s", what, e)
            .isIn(ErrorCode.Kind.CORRUPT, ErrorCode.Kind.USER);
        assertThat(e).hasMessageContaining(copy.toString());
      }
      Disk.deleteTree(copy);
    }
  }

  private void assertRefused(ErrorCode code) {
    assertThatThrownBy(() -> CatalogFolders.open(intact))
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aLogThatWentMissingIsFound() throws IOException {
    Disk.deleteTree(intact.resolve("raft"));
    assertRefused(ErrorCode.CORRUPT_CATALOG);
  }

  @Test
  void anEmptiedLogIsFound() throws IOException {
    Files.delete(CatalogFolders.openSegment(intact));
    assertRefused(ErrorCode.CORRUPT_LOG);
  }

  /// Ratis' record of its voters has no checksum.
  @Test
  void noBitOfTheRecordOfVotersMatters() throws IOException {
    Path voters = CatalogFolders.openSegment(intact).resolveSibling("raft-meta.conf");
    long bits = 8 * Files.size(voters);
    for (long bit = 0; bit < bits; bit += Math.max(1, bits / 16)) {
      Path copy = temp.resolve("voters" + bit);
      CatalogFolders.copy(intact, copy);
      CatalogFolders.flipBit(
          copy.resolve(intact.relativize(voters).toString()), bit / 8, (int) (bit % 8));
      try (RaftCatalog catalog = CatalogFolders.open(copy)) {
        assertThat(CatalogFolders.dump(catalog)).isEqualTo(rows);
      }
    }
  }

  @Test
  void anIdentityThatWentMissingIsFound() throws IOException {
    Files.delete(FolderIdentity.file(intact));
    assertRefused(ErrorCode.CORRUPT_CATALOG);
  }

  @Test
  void tablesWithoutTheirBeginningAreFound() throws IOException {
    Files.delete(intact.resolve("db").resolve("CURRENT"));
    assertRefused(ErrorCode.CORRUPT_CATALOG);
  }
}
