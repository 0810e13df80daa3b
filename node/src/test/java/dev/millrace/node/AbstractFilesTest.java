package dev.millrace.node;

import static dev.millrace.node.Content.failureOf;
import static dev.millrace.node.Content.get;
import static dev.millrace.node.Content.put;
import static dev.millrace.node.Content.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.client.Files;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.client.Millrace;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.CatalogCommand.Precondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What files promise, the same through every door.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractFilesTest {
  private static final int CHUNK = (int) (8 * ByteUnits.MIB);

  private Millrace millrace;
  private Files files;
  private String bucket;
  private int number;

  private final Door door;

  AbstractFilesTest(Door door) {
    this.door = door;
  }

  @BeforeAll
  void open(@TempDir Path temp) {
    millrace = door.open(temp.resolve("home"));
    files = millrace.files();
  }

  @AfterAll
  void close() {
    millrace.close();
  }

  @BeforeEach
  void makeBucket() {
    bucket = "bucket-" + number++;
    files.createBucket(new BucketName(bucket), Optional.empty());
  }

  @Test
  void whatWasPutIsGotInAllSizes() {
    int[] sizes = {0, 1, 4096, 4097, 128 * 1024, 1_000_003, CHUNK, CHUNK + 1, 2 * CHUNK + 77};
    for (int size : sizes) {
      byte[] bytes = Content.random(size, size);
      StoredVersion version = put(files, bucket, "size" + size, bytes);
      assertThat(version.sizeBytes()).isEqualTo(size);
      assertThat(version.etag()).isEqualTo(Content.digest("MD5", bytes));
      StoredVersion stat = files.stat(ref(bucket, "size" + size));
      assertThat(stat.id()).isEqualTo(version.id());
      assertThat(stat.etag()).isEqualTo(version.etag());
      assertThat(get(files, bucket, "size" + size)).isEqualTo(bytes);
    }
  }

  @Test
  void rangesAreTheBytesAskedFor() {
    for (int size : new int[] {10, 5000, 300_000, CHUNK + 200_000}) {
      byte[] bytes = Content.random(size, size);
      put(files, bucket, "key", bytes);
      ObjectRef ref = ref(bucket, "key");
      assertThat(get(files, ref, new ByteRange.Between(0, 0))).containsExactly(bytes[0]);
      assertThat(get(files, ref, new ByteRange.Between(3, size + 99L)))
          .isEqualTo(Arrays.copyOfRange(bytes, 3, size));
      assertThat(get(files, ref, new ByteRange.Between(size / 3, size / 2)))
          .isEqualTo(Arrays.copyOfRange(bytes, size / 3, size / 2 + 1));
      assertThat(get(files, ref, new ByteRange.From(size - 1)))
          .containsExactly(bytes[bytes.length - 1]);
      assertThat(get(files, ref, new ByteRange.Suffix(7)))
          .isEqualTo(Arrays.copyOfRange(bytes, size - 7, size));
      assertThat(get(files, ref, new ByteRange.Suffix(size + 7L))).isEqualTo(bytes);
      assertThat(failureOf(() -> get(files, ref, new ByteRange.From(size))).code())
          .isEqualTo(ErrorCode.INVALID_RANGE);
    }
    put(files, bucket, "empty", new byte[0]);
    assertThat(get(files, ref(bucket, "empty"), new ByteRange.Suffix(5))).isEmpty();
  }

  @Test
  void oddKeysAreKeptAsTheyAre() {
    List<String> keys =
        List.of(
            "a",
            "a/b",
            "a/b/c",
            "a//b",
            "../x",
            "..",
            ".",
            "/",
            "//",
            " ",
            "%2F",
            "a+b c?d#e&f=g;h",
            "line\nbreak\ttab\r",
            "\u0001\u007f",
            "grüße/💧/ﬀ",
            "e\u0301",
            "\u00e9",
            "k".repeat(1024),
            "\"quoted\\\"");
    for (String key : keys) {
      put(files, bucket, key, key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    for (String key : keys) {
      assertThat(get(files, bucket, key)).asString().isEqualTo(key);
      assertThat(files.versions(new BucketName(bucket), new ObjectKey(key))).hasSize(1);
    }
    assertThat(listAll("", "", false, 4).entries().stream().map(Listed::key).toList())
        .isEqualTo(keys.stream().map(ObjectKey::new).sorted().toList());
    files.delete(new BucketName(bucket), new ObjectKey("../x"));
    assertThat(failureOf(() -> files.stat(ref(bucket, "../x"))).code())
        .isEqualTo(ErrorCode.NO_SUCH_KEY);
    assertThat(get(files, bucket, "..")).asString().isEqualTo("..");
  }

  @Test
  void listingsRollUpAtTheDelimiterAndGoOnPageByPage() {
    for (String key : List.of("a", "b/1", "b/2", "b/3/x", "c", "d/1", "d/2", "e/f/g")) {
      put(files, bucket, key, new byte[] {1});
    }
    for (int limit : new int[] {1, 2, 3, 1000}) {
      ListPage top = listAll("", "/", false, limit);
      assertThat(keys(top)).containsExactly("a", "c");
      assertThat(top.commonPrefixes()).containsExactly("b/", "d/", "e/");
      ListPage under = listAll("b/", "/", false, limit);
      assertThat(keys(under)).containsExactly("b/1", "b/2");
      assertThat(under.commonPrefixes()).containsExactly("b/3/");
      assertThat(keys(listAll("b", "", false, limit))).containsExactly("b/1", "b/2", "b/3/x");
    }
    assertThat(keys(listAll("nothing", "", false, 10))).isEmpty();
  }

  @Test
  void versionsAreKeptDeletedRestoredAndDestroyed() {
    BucketName name = new BucketName(bucket);
    ObjectKey key = new ObjectKey("key");
    byte[] big = Content.random(1, 100_000);
    StoredVersion first = put(files, bucket, "key", big);
    StoredVersion second = put(files, bucket, "key", new byte[] {2});
    DeleteMarker marker = files.delete(name, key);
    assertThat(failureOf(() -> files.stat(ref(bucket, "key"))).code())
        .isEqualTo(ErrorCode.NO_SUCH_KEY);
    assertThat(failureOf(() -> files.delete(name, key)).code()).isEqualTo(ErrorCode.NO_SUCH_KEY);
    assertThat(files.versions(name, key))
        .extracting(ObjectVersion::id)
        .containsExactly(marker.id(), second.id(), first.id());
    assertThat(keys(listAll("", "", false, 10))).isEmpty();
    assertThat(listAll("", "", true, 2).entries())
        .extracting(Listed::deleteMarker)
        .containsExactly(true, false, false);

    StoredVersion restored = files.copy(ObjectRef.of(first), name, key);
    assertThat(restored.etag()).isEqualTo(first.etag());
    assertThat(get(files, bucket, "key")).isEqualTo(big);

    files.destroy(ObjectRef.of(first));
    assertThat(get(files, bucket, "key")).isEqualTo(big);
    assertThat(failureOf(() -> files.stat(ObjectRef.of(first))).code())
        .isEqualTo(ErrorCode.NO_SUCH_VERSION);
    files.destroy(ObjectRef.of(restored));
    files.destroy(ObjectRef.of(marker));
    assertThat(get(files, bucket, "key")).containsExactly(2);
    assertThat(failureOf(() -> files.destroy(ref(bucket, "key"))).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void copiesMoveNoBytesAndOutliveTheirSource() {
    byte[] bytes = Content.random(5, CHUNK + 5);
    StoredVersion source = put(files, bucket, "source", bytes);
    long before = millrace.admin().nodes().getFirst().chunks();
    files.copy(ref(bucket, "source"), new BucketName(bucket), new ObjectKey("copy"));
    assertThat(millrace.admin().nodes().getFirst().chunks()).isEqualTo(before);
    files.destroy(ObjectRef.of(source));
    assertThat(get(files, bucket, "copy")).isEqualTo(bytes);
  }

  @Test
  void aPutThatBreaksItsWordLeavesNothing() {
    byte[] bytes = Content.random(1, 50_000);
    assertThat(failureOf(() -> files.put(request(Optional.of(50_001L), null), in(bytes))).code())
        .isEqualTo(ErrorCode.INCOMPLETE_BODY);
    assertThat(failureOf(() -> files.put(request(Optional.of(49_999L), null), in(bytes))).code())
        .isEqualTo(ErrorCode.INCOMPLETE_BODY);
    assertThat(
            failureOf(() -> files.put(request(Optional.empty(), new byte[16]), in(bytes))).code())
        .isEqualTo(ErrorCode.DIGEST_MISMATCH);
    assertThat(failureOf(() -> files.put(request(Optional.empty(), null), breaking(bytes))))
        .isNotNull();
    assertThat(keys(listAll("", "", true, 10))).isEmpty();
  }

  @Test
  void preconditionsHold() {
    PutRequest absent = request(new Precondition.Absent());
    StoredVersion first = files.put(absent, in(new byte[] {1}));
    assertThat(failureOf(() -> files.put(absent, in(new byte[] {2}))).code())
        .isEqualTo(ErrorCode.PRECONDITION_FAILED);
    files.put(request(new Precondition.Matches(first.etag())), in(new byte[] {3}));
    assertThat(
            failureOf(() ->
                    files.put(request(new Precondition.Matches(first.etag())), in(new byte[] {4})))
                .code())
        .isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(get(files, bucket, "key")).containsExactly(3);
    files.delete(new BucketName(bucket), new ObjectKey("key"));
    files.put(absent, in(new byte[] {5}));
  }

  @Test
  void metadataComesBackAndIsBounded() {
    Map<String, String> metadata = Map.of("colour", "grün", "empty", "");
    files.put(request(metadata), in(new byte[] {1}));
    assertThat(files.stat(ref(bucket, "key")).stored().metadata()).isEqualTo(metadata);
    assertThat(
            failureOf(() -> files.put(request(Map.of("x", "y".repeat(2048))), in(new byte[] {1})))
                .code())
        .isEqualTo(ErrorCode.TOO_LARGE);
  }

  @Test
  void bucketsAreMadeListedAndRemoved() {
    BucketName name = new BucketName("other-" + bucket);
    assertThat(
            failureOf(() -> files.put(PutRequest.of(name, new ObjectKey("k")), in(new byte[1])))
                .code())
        .isEqualTo(ErrorCode.NO_SUCH_BUCKET);
    Bucket made = files.createBucket(name, Optional.empty());
    assertThat(failureOf(() -> files.createBucket(name, Optional.empty())).code())
        .isEqualTo(ErrorCode.BUCKET_EXISTS);
    assertThat(files.buckets()).contains(made);
    assertThat(files.buckets()).noneMatch(bucket -> bucket.name().system());
    StoredVersion version = put(files, name.value(), "k", new byte[1]);
    assertThat(failureOf(() -> files.deleteBucket(name)).code())
        .isEqualTo(ErrorCode.BUCKET_NOT_EMPTY);
    files.destroy(ObjectRef.of(version));
    files.deleteBucket(name);
    assertThat(failureOf(() -> files.deleteBucket(name)).code())
        .isEqualTo(ErrorCode.NO_SUCH_BUCKET);
    assertThat(
            failureOf(() -> files.createBucket(new BucketName(".mine"), Optional.empty())).code())
        .isEqualTo(ErrorCode.INVALID_BUCKET_NAME);
    assertThat(failureOf(() -> files.deleteBucket(BucketName.RESULTS)).code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(failureOf(() -> files.versions(name, new ObjectKey("k"))).code())
        .isEqualTo(ErrorCode.NO_SUCH_BUCKET);
  }

  @Test
  void whatIsNotThereIsNamed(TestInfo info) {
    assertThat(failureOf(() -> files.stat(ref(bucket, "nothing"))))
        .hasMessageContaining(bucket + "/nothing")
        .extracting(e -> e.code())
        .isEqualTo(ErrorCode.NO_SUCH_KEY);
    assertThat(failureOf(() -> get(files, bucket, info.getDisplayName())).code())
        .isEqualTo(ErrorCode.NO_SUCH_KEY);
    assertThat(failureOf(() -> files.versions(new BucketName(bucket), new ObjectKey("n"))).code())
        .isEqualTo(ErrorCode.NO_SUCH_KEY);
  }

  @AfterEach
  void noChunkIsDamaged() {
    assertThat(millrace.admin().nodes().getFirst().damagedChunks()).isZero();
  }

  private ListPage listAll(String prefix, String delimiter, boolean versions, int limit) {
    List<Listed> entries = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    ListRequest request =
        new ListRequest(
            new BucketName(bucket), prefix, delimiter, versions, Optional.empty(), limit);
    while (true) {
      ListPage page = files.list(request);
      assertThat(page.entries().size() + page.commonPrefixes().size()).isLessThanOrEqualTo(limit);
      entries.addAll(page.entries());
      prefixes.addAll(page.commonPrefixes());
      if (page.next().isEmpty()) {
        return new ListPage(entries, prefixes, Optional.empty());
      }
      request = request.from(page.next().get());
    }
  }

  private static List<String> keys(ListPage page) {
    return page.entries().stream().map(listed -> listed.key().value()).toList();
  }

  private static InputStream in(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private static InputStream breaking(byte[] bytes) {
    return new SequenceInputStream(
        in(bytes),
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("unplugged");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("unplugged");
          }
        });
  }

  private PutRequest request(Optional<Long> expectedBytes, byte @Nullable [] md5) {
    return new PutRequest(
        new BucketName(bucket),
        new ObjectKey("key"),
        Map.of(),
        new Precondition.None(),
        expectedBytes,
        Optional.ofNullable(md5).map(Bytes::copyOf),
        _ -> {});
  }

  private PutRequest request(Precondition precondition) {
    return new PutRequest(
        new BucketName(bucket),
        new ObjectKey("key"),
        Map.of(),
        precondition,
        Optional.empty(),
        Optional.empty(),
        _ -> {});
  }

  private PutRequest request(Map<String, String> metadata) {
    return new PutRequest(
        new BucketName(bucket),
        new ObjectKey("key"),
        metadata,
        new Precondition.None(),
        Optional.empty(),
        Optional.empty(),
        _ -> {});
  }
}
