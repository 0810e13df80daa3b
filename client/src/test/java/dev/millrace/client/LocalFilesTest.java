package dev.millrace.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.client.content.SealedContentStore;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.ListRequest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogCommand.Precondition;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.MemoryNodes;
import dev.millrace.wire.seal.MasterKeys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalFilesTest {
  private static final BucketName BUCKET = new BucketName("photos");
  private static final ObjectKey KEY = new ObjectKey("2026/a.jpg");
  private static final int LARGE = 20_000_000;

  @TempDir private Path folder;
  private final MemoryCatalog catalog = new MemoryCatalog(Clock.system());
  private final MemoryNodes nodes = new MemoryNodes(2);
  private final IdSource ids = new IdSource(Clock.system(), new SecureRandom());
  private SealedContentStore content;
  private Files files;

  @BeforeEach
  void open() {
    MasterKeys keys = MasterKeys.create(folder.resolve("keys"), new SecureRandom());
    content = new SealedContentStore(catalog, nodes, keys, ids, Clock.system(), 32 << 20);
    files = new LocalFiles(catalog, content, nodes, ids);
    files.createBucket(BUCKET, Optional.empty());
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(content.buffersLentBytes()).isZero();
    assertThat(content.oldestWriterAge()).isEmpty();
    assertThat(catalog.knownChunks())
        .as("no chunk is stored that no version names")
        .containsAll(nodes.node(1).all())
        .containsAll(nodes.node(2).all());
    content.close();
  }

  private static void assertFails(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageMatching("(?s).+: .+: .+");
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  private StoredVersion put(byte[] body) {
    return files.put(PutRequest.of(BUCKET, KEY), new ByteArrayInputStream(body));
  }

  private byte[] get(ObjectRef ref, ByteRange range) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    files.get(ref, range, out);
    return out.toByteArray();
  }

  private static PutRequest expecting(
      Optional<Long> length, Optional<Bytes> md5, Precondition precondition) {
    return new PutRequest(BUCKET, KEY, Map.of(), precondition, length, md5, _ -> {});
  }

  @Test
  void whatIsPutIsThere() {
    List<Long> progress = new ArrayList<>();
    PutRequest request =
        new PutRequest(
            BUCKET,
            KEY,
            Map.of("camera", "x100"),
            new Precondition.None(),
            Optional.of(5L),
            Optional.of(Bytes.copyOf(HexFormat.of().parseHex("5d41402abc4b2a76b9719d911017c592"))),
            progress::add);
    StoredVersion version = files.put(request, new ByteArrayInputStream("hello".getBytes(UTF_8)));
    assertThat(version.etag()).isEqualTo("5d41402abc4b2a76b9719d911017c592");
    assertThat(version.stored().metadata()).containsEntry("camera", "x100");
    assertThat(progress).containsExactly(5L);
    ObjectRef ref = ObjectRef.current(BUCKET, KEY);
    assertThat(files.stat(ref)).isEqualTo(version);
    assertThat(get(ref, ByteRange.whole())).asString(UTF_8).isEqualTo("hello");
    assertThat(get(ref, new ByteRange.Between(1, 3))).asString(UTF_8).isEqualTo("ell");
    assertThat(get(ref, new ByteRange.Suffix(2))).asString(UTF_8).isEqualTo("lo");
    assertFails(ErrorCode.INVALID_RANGE, () -> get(ref, new ByteRange.From(9)));
  }

  @Test
  void aLargeFileAndAnEmptyOneComeBack() {
    byte[] large = bytes(LARGE);
    put(large);
    assertThat(get(ObjectRef.current(BUCKET, KEY), ByteRange.whole())).isEqualTo(large);
    StoredVersion empty = put(new byte[0]);
    assertThat(empty.etag()).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
    assertThat(get(ObjectRef.current(BUCKET, KEY), ByteRange.whole())).isEmpty();
    assertThat(files.versions(BUCKET, KEY)).hasSize(2).first().isEqualTo(empty);
  }

  @Test
  void aBodyThatFailsLeavesNothing() {
    InputStream failing =
        new SequenceInputStream(
            new ByteArrayInputStream(bytes(LARGE)),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("connection reset");
              }

              @Override
              public int read(byte[] target, int offset, int length) throws IOException {
                throw new IOException("connection reset");
              }
            });
    assertFails(ErrorCode.INCOMPLETE_BODY, () -> files.put(PutRequest.of(BUCKET, KEY), failing));
    assertNothingStored();
  }

  @Test
  void aBodyOfAnotherLengthLeavesNothing() {
    for (int body : new int[] {0, 99, 101, LARGE}) {
      assertFails(
          ErrorCode.INCOMPLETE_BODY,
          () ->
              files.put(
                  expecting(Optional.of(100L), Optional.empty(), new Precondition.None()),
                  new ByteArrayInputStream(bytes(body))));
    }
    assertFails(
        ErrorCode.INCOMPLETE_BODY,
        () ->
            files.put(
                expecting(Optional.of(LARGE + 1L), Optional.empty(), new Precondition.None()),
                new ByteArrayInputStream(bytes(LARGE))));
    assertNothingStored();
  }

  @Test
  void aBodyWithAnotherMd5LeavesNothing() {
    for (int body : new int[] {10, LARGE}) {
      assertFails(
          ErrorCode.DIGEST_MISMATCH,
          () ->
              files.put(
                  expecting(
                      Optional.empty(),
                      Optional.of(Bytes.copyOf(new byte[16])),
                      new Precondition.None()),
                  new ByteArrayInputStream(bytes(body))));
    }
    assertNothingStored();
  }

  private void assertNothingStored() {
    assertThat(nodes.node(1).all()).isEmpty();
    assertThat(files.list(ListRequest.all(BUCKET, "")).entries()).isEmpty();
    assertFails(ErrorCode.NO_SUCH_KEY, () -> files.stat(ObjectRef.current(BUCKET, KEY)));
  }

  @Test
  void aPreconditionIsHeld() {
    StoredVersion first = put(bytes(10));
    byte[] large = bytes(LARGE);
    for (Precondition broken :
        List.of(new Precondition.Absent(), new Precondition.Matches("other"))) {
      assertFails(
          ErrorCode.PRECONDITION_FAILED,
          () ->
              files.put(
                  expecting(Optional.empty(), Optional.empty(), broken),
                  new ByteArrayInputStream(large)));
    }
    assertThat(nodes.node(1).all()).isEmpty();
    files.put(
        expecting(Optional.empty(), Optional.empty(), new Precondition.Matches(first.etag())),
        new ByteArrayInputStream(large));
    assertThat(files.versions(BUCKET, KEY)).hasSize(2);
  }

  @Test
  void aLostReplyIsNotALostFile() {
    byte[] large = bytes(LARGE);
    catalog.loseReplies(0);
    put(large); // makes the volume
    catalog.loseReplies(1);
    put(large);
    assertThat(files.versions(BUCKET, KEY)).hasSize(2);
    catalog.loseReplies(100);
    assertFails(ErrorCode.TIMEOUT, () -> put(large));
    catalog.loseReplies(0);
    // Nobody knew, so nothing was freed: it was committed.
    assertThat(get(ObjectRef.current(BUCKET, KEY), ByteRange.whole())).isEqualTo(large);
  }

  @Test
  void aCatalogThatIsAwayForLongLeavesNothing() {
    put(bytes(LARGE));
    List<dev.millrace.model.ChunkId> before = List.copyOf(nodes.node(1).all());
    for (int i = 0; i < 10; i++) {
      catalog.refuseNext(ErrorCode.UNAVAILABLE);
    }
    assertFails(ErrorCode.UNAVAILABLE, () -> put(bytes(LARGE)));
    assertThat(nodes.node(1).all()).containsExactlyElementsOf(before);
  }

  @Test
  void anUnknownBucketIsNoticedBeforeMuchIsSent() {
    PutRequest request = PutRequest.of(new BucketName("nowhere"), KEY);
    for (int size : new int[] {0, 10, LARGE}) {
      assertFails(
          ErrorCode.NO_SUCH_BUCKET,
          () -> files.put(request, new ByteArrayInputStream(bytes(size))));
    }
    assertThat(nodes.node(1).puts()).isZero();
  }

  @Test
  void deletingHidesAndRestoringShows() {
    StoredVersion old = put(bytes(100));
    StoredVersion young = put(bytes(200));
    DeleteMarker marker = files.delete(BUCKET, KEY);
    ObjectRef current = ObjectRef.current(BUCKET, KEY);
    assertFails(ErrorCode.NO_SUCH_KEY, () -> files.stat(current));
    assertFails(ErrorCode.NO_SUCH_KEY, () -> files.delete(BUCKET, KEY));
    assertFails(ErrorCode.NO_SUCH_VERSION, () -> files.stat(ObjectRef.of(marker)));
    assertThat(get(ObjectRef.of(old), ByteRange.whole())).isEqualTo(bytes(100));
    StoredVersion restored = files.copy(ObjectRef.of(old), BUCKET, KEY);
    assertThat(get(current, ByteRange.whole())).isEqualTo(bytes(100));
    assertThat(files.versions(BUCKET, KEY))
        .extracting(ObjectVersion::id)
        .containsExactly(restored.id(), marker.id(), young.id(), old.id());
    files.destroy(ObjectRef.of(young));
    assertThat(files.versions(BUCKET, KEY)).hasSize(3);
    assertFails(ErrorCode.INVALID_ARGUMENT, () -> files.destroy(current));
    assertFails(ErrorCode.NO_SUCH_KEY, () -> files.delete(BUCKET, new ObjectKey("other")));
  }

  @Test
  void versionsAreOfExactlyOneKey() {
    put(bytes(1));
    files.put(
        PutRequest.of(BUCKET, new ObjectKey(KEY + "/below")), new ByteArrayInputStream(bytes(2)));
    assertThat(files.versions(BUCKET, KEY)).hasSize(1);
    assertFails(ErrorCode.NO_SUCH_KEY, () -> files.versions(BUCKET, new ObjectKey("2026")));
  }

  @Test
  void systemBucketsAreMadeWhenNeededAndByNobodyElse() {
    assertFails(
        ErrorCode.INVALID_BUCKET_NAME,
        () -> files.createBucket(BucketName.INPUTS, Optional.empty()));
    files.put(PutRequest.of(BucketName.INPUTS, KEY), new ByteArrayInputStream(bytes(3)));
    assertThat(get(ObjectRef.current(BucketName.INPUTS, KEY), ByteRange.whole()))
        .isEqualTo(bytes(3));
    assertFails(ErrorCode.ACCESS_DENIED, () -> files.deleteBucket(BucketName.INPUTS));
    assertThat(files.buckets()).extracting(b -> b.name()).containsExactly(BUCKET);
  }

  @Test
  void theDefaultPolicyFollowsTheFailureDomains() {
    assertThat(files.buckets().getFirst().policy()).isEqualTo(new StoragePolicy.Replicated(2));
    for (int count = 1; count <= 5; count++) {
      new LocalFiles(catalog, content, new MemoryNodes(count), ids)
          .createBucket(new BucketName("bucket" + count), Optional.empty());
      assertThat(catalog.executed().getLast())
          .isEqualTo(
              new CatalogCommand.CreateBucket(
                  new BucketName("bucket" + count),
                  new StoragePolicy.Replicated(Math.min(count, 3))));
    }
    assertFails(
        ErrorCode.INVALID_ARGUMENT,
        () ->
            files.createBucket(
                new BucketName("striped"), Optional.of(new StoragePolicy.Erasure(4, 2))));
  }
}
