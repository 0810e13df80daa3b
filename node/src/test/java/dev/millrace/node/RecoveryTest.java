package dev.millrace.node;

import static dev.millrace.node.Content.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.cli.NodeAccess.CatalogReport;
import dev.millrace.cli.NodeAccess.Figure;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Millrace;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobProgress;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.StoredVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A home whose catalog is lost, had back.
final class RecoveryTest {
  private static final int CHUNK = (int) (8 * ByteUnits.MIB);

  @TempDir Path temp;
  private Path home;
  private Shop shop;

  @BeforeEach
  void fill() {
    home = temp.resolve("home");
    try (Millrace millrace = EmbeddedNode.open(home)) {
      shop = Shop.open(millrace.files());
      shop.put(millrace.files(), "several", Content.random(1, 2 * CHUNK + 99));
      shop.put(millrace.files(), "one", Content.random(2, 70_000));
      shop.put(millrace.files(), "again", Content.random(3, 5_000));
      shop.put(millrace.files(), "again", Content.random(4, 6_000));
      shop.put(millrace.files(), "again", Content.random(5, 7_000));
    }
  }

  @Test
  void theNewestStateIsRestoredAndTheHomeGoesOn() throws IOException {
    try (Millrace millrace = EmbeddedNode.open(home)) {
      shop.put(millrace.files(), "inline", new byte[] {1, 2, 3});
    }
    remove(home.resolve("catalog"));
    CatalogReport report = restore(Optional.empty());
    assertThat(report.notes().getFirst()).startsWith("the catalog is as it was at ");
    goesOn();
    // The copies go on too: what came after the restore is restored as well.
    remove(home.resolve("catalog"));
    restore(Optional.empty());
    goesOn();
  }

  @Test
  void aMomentBetweenTwoPutsIsRestored() {
    Shop before = shop;
    Instant between;
    StoredVersion later;
    try (Millrace millrace = EmbeddedNode.open(home)) {
      before.put(millrace.files(), "early", Content.random(6, 50_000));
      between = afterThisMillisecond();
      later =
          millrace
              .files()
              .put(
                  Files.PutRequest.of(Shop.BUCKET, new ObjectKey("late")),
                  new ByteArrayInputStream(Content.random(7, 50_000)));
    }
    restore(Optional.of(between));
    try (Millrace millrace = EmbeddedNode.open(home)) {
      before.verify(millrace.files());
      assertThat(failureOf(() -> millrace.files().stat(ObjectRef.of(later))).code())
          .isEqualTo(ErrorCode.NO_SUCH_VERSION);
    }
    // It was the wrong moment: what came later is still there for a day.
    restore(Optional.empty());
    try (Millrace millrace = EmbeddedNode.open(home)) {
      assertThat(Content.get(millrace.files(), "shop", "late"))
          .isEqualTo(Content.random(7, 50_000));
    }
    goesOn();
    // And the other way: what was written after a restore counts as the newest.
    restore(Optional.of(between));
    shop.forget("new");
    goesOn();
    restore(Optional.empty());
    goesOn();
    try (Millrace millrace = EmbeddedNode.open(home)) {
      assertThat(failureOf(() -> millrace.files().stat(ObjectRef.of(later))).code())
          .isEqualTo(ErrorCode.NO_SUCH_VERSION);
    }
  }

  @Test
  void aMomentBeforeAllCopiesCannotBeRestored() {
    assertThat(failureOf(() -> restore(Optional.of(Instant.EPOCH))))
        .hasMessageContaining("no copy of it from before 1970")
        .hasMessageContaining("millrace catalog rebuild")
        .extracting(e -> e.code())
        .isEqualTo(ErrorCode.CORRUPT_CATALOG);
    goesOn();
  }

  @Test
  void aHomeThatLostItsCatalogDoesNotStartEmpty() throws IOException {
    remove(home.resolve("catalog"));
    assertThat(failureOf(() -> EmbeddedNode.open(home)))
        .hasMessageContaining("it is gone, and the volumes are not empty")
        .hasMessageContaining("millrace catalog restore")
        .extracting(e -> e.code())
        .isEqualTo(ErrorCode.CORRUPT_CATALOG);
    java.nio.file.Files.createDirectory(home.resolve("catalog"));
    assertThat(failureOf(() -> EmbeddedNode.open(home)).code())
        .isEqualTo(ErrorCode.CORRUPT_CATALOG);
    restore(Optional.empty());
    goesOn();
  }

  @Test
  void theCatalogIsRebuiltFromChunksAlone() throws IOException {
    byte[] text = Content.text(9, 3 * CHUNK);
    byte[] packed;
    byte[] sorted;
    StoredVersion copied;
    try (Millrace millrace = EmbeddedNode.open(home)) {
      Files files = millrace.files();
      files.put(
          Files.PutRequest.of(Shop.BUCKET, new ObjectKey("tiny")),
          new ByteArrayInputStream(new byte[10]));
      copied = files.copy(Content.ref("shop", "one"), Shop.BUCKET, new ObjectKey("copy"));
      shop.put(files, "text", text);
      packed = run(millrace, "compress", "text", "packed");
      sorted = run(millrace, "sort", "one", "sorted"); // as one run
      files.delete(Shop.BUCKET, new ObjectKey("one"));
    }
    remove(home.resolve("catalog"));
    CatalogReport report = rebuild();
    assertThat(figure(report, "versions")).isEqualTo(shop.size() + 2);
    assertThat(figure(report, "buckets")).isEqualTo(1);
    assertThat(figure(report, "incomplete")).isZero();
    assertThat(figure(report, "unreadable")).isZero();
    assertThat(report.notes().getFirst())
        .contains("deletions, copies by reference, files of up to 4 KiB");
    try (Millrace millrace = EmbeddedNode.open(home)) {
      assertThat(Content.get(millrace.files(), "shop", "packed")).isEqualTo(packed);
      assertThat(Content.get(millrace.files(), "shop", "sorted")).isEqualTo(sorted);
      assertThat(run(millrace, "decompress", "packed", "unpacked")).isEqualTo(text);
      assertThat(failureOf(() -> millrace.files().stat(ObjectRef.of(copied))).code())
          .isEqualTo(ErrorCode.NO_SUCH_VERSION);
      assertThat(failureOf(() -> millrace.files().stat(Content.ref("shop", "tiny"))).code())
          .isEqualTo(ErrorCode.NO_SUCH_KEY);
    }
    goesOn();
    try (Millrace millrace = EmbeddedNode.open(home)) {
      assertThat(Content.get(millrace.files(), "shop", "packed")).isEqualTo(packed);
    }
    // And the new catalog is copied in its turn.
    remove(home.resolve("catalog"));
    restore(Optional.empty());
    goesOn();
  }

  @Test
  void filesOfAJobAreRebuiltFromChunksAlone() throws IOException {
    byte[] text = Content.text(9, 2 * CHUNK + 100_000);
    List<StoredVersion> parts = new ArrayList<>();
    try (Millrace millrace = EmbeddedNode.open(home)) {
      shop.put(millrace.files(), "text", text);
      JobProgress progress =
          millrace
              .jobs()
              .submit(
                  request(
                      new Program.Instruction("split", List.of("-b", CHUNK + 50_000 + "")),
                      "text",
                      "parts/"));
      while (!progress.job().state().ended()) {
        progress =
            millrace.jobs().await(progress.job().id(), progress.revision(), Duration.ofMinutes(1));
      }
      assertThat(progress.job().files()).contains(new JobFiles(2, text.length));
      for (String name : List.of("xaa", "xab")) {
        parts.add(millrace.files().stat(Content.ref("shop", "parts/" + name)));
      }
    }
    remove(home.resolve("catalog"));
    CatalogReport report = rebuild();
    assertThat(figure(report, "versions")).isEqualTo(shop.size() + 2);
    assertThat(figure(report, "incomplete")).isZero();
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    try (Millrace millrace = EmbeddedNode.open(home)) {
      for (StoredVersion part : parts) {
        StoredVersion back = millrace.files().stat(ObjectRef.of(part));
        assertThat(back.etag()).isEqualTo(part.etag());
        assertThat(back.stored().content()).isEqualTo(part.stored().content());
        joined.writeBytes(Content.get(millrace.files(), "shop", part.key().value()));
      }
    }
    assertThat(joined.toByteArray()).isEqualTo(text);
    goesOn();
  }

  @Test
  void aRecoveryThatWasKilledBetweenItsStepsIsDoneAgain() throws IOException {
    Path catalog = home.resolve("catalog");
    // Killed while it was making the new catalog.
    java.nio.file.Files.createDirectories(home.resolve("catalog.new/db"));
    java.nio.file.Files.writeString(home.resolve("catalog.new/db/half"), "half");
    java.nio.file.Files.createDirectories(home.resolve("catalog.checkpoint"));
    rebuild();
    goesOn();
    // Killed when the old one was out of the way and the new one not in its place.
    java.nio.file.Files.move(catalog, home.resolve("catalog.replaced-1"));
    java.nio.file.Files.createDirectories(home.resolve("catalog.new/db"));
    restore(Optional.empty());
    goesOn();
    java.nio.file.Files.move(catalog, home.resolve("catalog.replaced-2"));
    rebuild();
    goesOn();
    assertThat(home.resolve("catalog.new")).doesNotExist();
    assertThat(home.resolve("catalog.checkpoint")).doesNotExist();
  }

  @Test
  void aDamagedChunkCostsOnlyItsVersion() throws IOException {
    StoredVersion damaged;
    Path segment;
    try (Millrace millrace = EmbeddedNode.open(temp.resolve("other"))) {
      shop = Shop.open(millrace.files());
      damaged = shop.put(millrace.files(), "first", Content.random(1, 2_000_000));
      segment = AbstractAdminTest.largestSegment(temp.resolve("other/disk"));
      shop.put(millrace.files(), "second", Content.random(2, 2_000_000));
    }
    home = temp.resolve("other");
    AbstractAdminTest.flip(segment, 1_000_000);
    remove(home.resolve("catalog"));
    CatalogReport report = rebuild();
    assertThat(figure(report, "unreadable")).isEqualTo(1);
    assertThat(figure(report, "versions")).isEqualTo(1);
    shop.forget(damaged);
    goesOn();
  }

  @Test
  void aChunkWhoseHeaderIsDamagedCostsOnlyItsVersion() throws IOException {
    StoredVersion damaged;
    Path segment;
    home = temp.resolve("other");
    try (Millrace millrace = EmbeddedNode.open(home)) {
      shop = Shop.open(millrace.files());
      damaged = shop.put(millrace.files(), "first", Content.random(1, 2_000_000));
      segment = AbstractAdminTest.largestSegment(home.resolve("disk"));
      shop.put(millrace.files(), "second", Content.random(2, 2_000_000));
    }
    for (int offset = 4096; offset < 4096 + 512; offset += 16) {
      AbstractAdminTest.flip(segment, offset);
    }
    remove(home.resolve("catalog"));
    CatalogReport report = rebuild();
    assertThat(figure(report, "versions")).isEqualTo(1);
    shop.forget(damaged);
    goesOn();
  }

  /// The home opens, everything is there, takes new chunks in old and new volumes; and stays so
  /// when the node has tidied up with no grace at all.
  private void goesOn() {
    for (int round = 0; round < 2; round++) {
      try (Millrace millrace = EmbeddedNode.open(home)) {
        shop.verify(millrace.files());
        shop.put(millrace.files(), "new", Content.random(Clock.system().nanoTime(), 300_000));
        shop.verify(millrace.files());
        assertThat(millrace.admin().scrub().damaged().size())
            .isEqualTo((int) millrace.admin().nodes().getFirst().damagedChunks());
        assertThat(millrace.admin().nodes().getFirst().disks()).allMatch(DiskInfo::writable);
      }
    }
  }

  private CatalogReport restore(Optional<Instant> upTo) {
    daysPass();
    return new HomeAccess().restoreCatalog(home, upTo);
  }

  private CatalogReport rebuild() {
    daysPass();
    return new HomeAccess().rebuildCatalog(home);
  }

  /// The last daily round was long ago: the next command would sweep.
  private void daysPass() {
    try {
      java.nio.file.Files.setLastModifiedTime(
          home.resolve("tidied"),
          FileTime.from(
              Instant.ofEpochMilli(Clock.system().currentMillis()).minus(Duration.ofDays(3))));
    } catch (NoSuchFileException e) {
      // No command has ended yet.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long figure(CatalogReport report, String name) {
    return report.figures().stream()
        .filter(figure -> figure.name().equals(name))
        .mapToLong(Figure::value)
        .findFirst()
        .orElseThrow();
  }

  private static Instant afterThisMillisecond() {
    long now = Clock.system().currentMillis();
    while (Clock.system().currentMillis() <= now + 1) {
      Thread.onSpinWait();
    }
    return Instant.ofEpochMilli(now + 1);
  }

  private static byte[] run(Millrace millrace, String program, String input, String output) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    millrace
        .jobs()
        .output(
            millrace
                .jobs()
                .submit(request(new Program.Instruction(program, List.of()), input, output))
                .job()
                .id(),
            answer);
    return answer.toByteArray();
  }

  private static JobRequest request(Program program, String input, String output) {
    return new JobRequest(
        program,
        List.of(Content.ref(Shop.BUCKET.value(), input)),
        List.of(input),
        Optional.of(Shop.BUCKET),
        Optional.of(new ObjectKey(output)));
  }

  static void remove(Path folder) throws IOException {
    try (Stream<Path> files = java.nio.file.Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        java.nio.file.Files.delete(file);
      }
    }
  }
}
