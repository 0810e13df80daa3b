package dev.millrace.node;

import static dev.millrace.node.Content.failureOf;
import static dev.millrace.node.Content.get;
import static dev.millrace.node.Content.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Admin;
import dev.millrace.client.Files;
import dev.millrace.client.Millrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.NodeInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the owner of a home can do, the same through every door.
abstract class AbstractAdminTest {
  private static final String BUCKET = "data";
  private static final int BIG = 3_000_000;

  @TempDir Path temp;
  private Millrace millrace;

  private final Door door;

  AbstractAdminTest(Door door) {
    this.door = door;
  }

  @BeforeEach
  void open() {
    millrace = door.open(temp.resolve("home"));
    if (files().buckets().isEmpty()) {
      files().createBucket(new BucketName(BUCKET), Optional.empty());
    }
  }

  @AfterEach
  void close() {
    millrace.close();
  }

  private void restart() {
    close();
    open();
  }

  private Files files() {
    return millrace.files();
  }

  private Admin admin() {
    return millrace.admin();
  }

  @Test
  void nodesTellWhatIsThere() {
    NodeInfo before = only(admin().nodes());
    assertThat(before.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(before.state()).isEqualTo("up");
    assertThat(before.roles()).contains("master", "storage", "worker");
    assertThat(before.slots()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(only(before.disks()).path()).isEqualTo(temp.resolve("home/disk").toString());
    put(files(), BUCKET, "big", Content.random(1, BIG));
    NodeInfo after = only(admin().nodes());
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.chunks()).isEqualTo(before.chunks() + 1);
    assertThat(after.storedBytes()).isGreaterThanOrEqualTo(before.storedBytes() + BIG);
    assertThat(after.damagedChunks()).isZero();
  }

  @Test
  void aFurtherDiskIsUsedAndRemembered() {
    Path folder = temp.resolve("second");
    DiskInfo disk = admin().addDisk(folder.toString());
    assertThat(disk.path()).isEqualTo(folder.toString());
    assertThat(disk.writable()).isTrue();
    assertThat(only(admin().nodes()).disks()).hasSize(2);
    restart(); // spreads writes anew
    Map<String, byte[]> contents = new TreeMap<>();
    for (int i = 0; i < 6; i++) {
      byte[] bytes = Content.random(i, BIG);
      contents.put("key" + i, bytes);
      put(files(), BUCKET, "key" + i, bytes);
    }
    assertThat(bytesOfSegments(folder)).isGreaterThan(BIG);
    assertThat(failureOf(() -> admin().addDisk(folder.toString())))
        .hasMessageContaining(folder.toString());
    restart();
    assertThat(only(admin().nodes()).disks())
        .extracting(DiskInfo::path)
        .containsExactly(temp.resolve("home/disk").toString(), folder.toString());
    contents.forEach((key, bytes) -> assertThat(get(files(), BUCKET, key)).isEqualTo(bytes));
  }

  @Test
  void aDiskThatIsNotMountedIsNotTakenForAnEmptyOne() throws IOException {
    Path folder = temp.resolve("second");
    admin().addDisk(folder.toString());
    close();
    Path elsewhere = temp.resolve("elsewhere");
    java.nio.file.Files.move(folder, elsewhere);
    assertThat(failureOf(() -> door.open(temp.resolve("home"))))
        .hasMessageContaining(folder + ": no disk is there")
        .extracting(e -> e.code())
        .isEqualTo(ErrorCode.NO_SUCH_FILE);
    java.nio.file.Files.move(elsewhere, folder);
    open();
  }

  @Test
  void theSandboxIsTestedWhenSomebodyAsks() {
    assertThat(temp.resolve("home/sandbox")).doesNotExist();
    Admin.Checkup checkup = admin().doctor();
    assertThat(checkup.sandbox()).hasSizeGreaterThan(10);
    assertThat(checkup.sandbox()).filteredOn(finding -> !finding.holds()).isEmpty();
    assertThat(admin().doctor()).isEqualTo(checkup);
    close();
    assertThat(temp.resolve("home/sandbox")).doesNotExist();
    open();
  }

  @Test
  void foldersOfOthersAreRefused() throws IOException {
    Path foreign = temp.resolve("foreign");
    Millrace other = door.open(foreign);
    other.close();
    assertThat(failureOf(() -> admin().addDisk(foreign.resolve("disk").toString())).code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(failureOf(() -> admin().addDisk("relative/folder")).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    Path full = temp.resolve("full");
    java.nio.file.Files.createDirectory(full);
    java.nio.file.Files.writeString(full.resolve("notes"), "mine");
    assertThat(failureOf(() -> admin().addDisk(full.toString())).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    restart();
    assertThat(only(admin().nodes()).disks()).hasSize(1);
  }

  @Test
  void allVersionsStayReadableThroughRotations() {
    Map<String, byte[]> contents = new TreeMap<>();
    for (int i = 0; i < 5; i++) {
      byte[] bytes = Content.random(i, i * 30_000);
      contents.put("key" + i, bytes);
      put(files(), BUCKET, "key" + i, bytes);
      put(files(), BUCKET, "old", bytes);
    }
    files().delete(new BucketName(BUCKET), new dev.millrace.model.ObjectKey("old"));
    long versions = storedVersions();
    Admin.KeyRotation first = admin().rotateKey();
    assertThat(first.rewrapped()).isEqualTo(versions);
    contents.forEach((key, bytes) -> assertThat(get(files(), BUCKET, key)).isEqualTo(bytes));
    put(files(), BUCKET, "later", new byte[] {7});
    restart();
    contents.forEach((key, bytes) -> assertThat(get(files(), BUCKET, key)).isEqualTo(bytes));
    assertThat(get(files(), BUCKET, "later")).containsExactly(7);
    long before = storedVersions();
    Admin.KeyRotation second = admin().rotateKey();
    assertThat(second.masterKeyNumber()).isEqualTo(first.masterKeyNumber() + 1);
    assertThat(second.rewrapped()).isEqualTo(before);
    restart();
    contents.forEach((key, bytes) -> assertThat(get(files(), BUCKET, key)).isEqualTo(bytes));
  }

  /// Of all buckets, Millrace's own too.
  private long storedVersions() {
    return Stream.of(
            new BucketName(BUCKET), BucketName.INPUTS, BucketName.RESULTS, BucketName.CATALOG)
        .mapToLong(bucket -> {
          ListPage page =
              files().list(new ListRequest(bucket, "", "", true, Optional.empty(), 1000));
          return page.entries().stream().filter(listed -> !listed.deleteMarker()).count();
        })
        .sum();
  }

  @Test
  void aFlippedByteIsFoundNamedAndNeverServed() throws IOException {
    assertThat(admin().scrub().damaged()).isEmpty();
    byte[] one = Content.random(1, BIG);
    byte[] two = Content.random(2, BIG);
    put(files(), BUCKET, "one", one);
    Path file = largestSegment(temp.resolve("home/disk"));
    Admin.ScrubReport clean = admin().scrub();
    assertThat(clean.damaged()).isEmpty();
    assertThat(clean.chunks()).isEqualTo(1);
    assertThat(clean.bytes()).isGreaterThanOrEqualTo(BIG);
    flip(file, BIG / 2);
    put(files(), BUCKET, "two", two);

    Admin.ScrubReport report = admin().scrub();
    assertThat(report.damaged()).hasSize(1);
    assertThat(report.damaged().getFirst())
        .startsWith("chunk ")
        .contains(file.toString())
        .containsPattern("at offset \\d+");
    String chunk = report.damaged().getFirst().split(" ", -1)[1];
    MillraceException failure = failureOf(() -> get(files(), BUCKET, "one"));
    assertThat(failure.code()).isEqualTo(ErrorCode.CORRUPT_DATA);
    assertThat(failure).hasMessageContaining(chunk);
    assertThat(get(files(), BUCKET, "two")).isEqualTo(two);
    assertThat(only(admin().nodes()).damagedChunks()).isEqualTo(1);
    flip(file, BIG / 2);
    assertThat(get(files(), BUCKET, "one")).isEqualTo(one);
    assertThat(admin().scrub().damaged()).isEmpty();
    assertThat(only(admin().nodes()).damagedChunks()).isZero();
  }

  static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int value = bytes.read();
      bytes.seek(offset);
      bytes.write(value ^ 1);
    }
  }

  static Path largestSegment(Path disk) throws IOException {
    try (Stream<Path> files = java.nio.file.Files.walk(disk)) {
      return files
          .filter(java.nio.file.Files::isRegularFile)
          .max(java.util.Comparator.comparingLong(AbstractAdminTest::size))
          .orElseThrow();
    }
  }

  private static long bytesOfSegments(Path disk) {
    try (Stream<Path> files = java.nio.file.Files.walk(disk)) {
      return files
          .filter(java.nio.file.Files::isRegularFile)
          .mapToLong(AbstractAdminTest::size)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return java.nio.file.Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.getFirst();
  }
}
