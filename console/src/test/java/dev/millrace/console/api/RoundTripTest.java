package dev.millrace.console.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.client.Jobs;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Millrace;
import dev.millrace.client.api.BearerToken;
import dev.millrace.client.remote.RemoteMillrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Priority;
import dev.millrace.model.Program;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskLimits;
import dev.millrace.net.CatalogCommand.Precondition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes through server and remote client comes out as the backend gave it.
@Timeout(30)
class RoundTripTest {
  private static final BucketName BUCKET = new BucketName("data");
  private static final int LARGE = 5_000_001;

  private final FakeMillrace fake = new FakeMillrace();
  private final BearerToken token = BearerToken.random();
  private final ApiServer server;
  private final Millrace remote;

  RoundTripTest() {
    server = ApiServer.start(ApiConfig.loopback(0, token), fake, Optional::empty);
    remote = new RemoteMillrace(URI.create("http://127.0.0.1:" + server.port()), token);
  }

  @BeforeEach
  void makeBucket() {
    fake.files.createBucket(BUCKET, Optional.empty());
  }

  @AfterEach
  void stop() {
    remote.close();
    server.close();
  }

  private StoredVersion put(String key, byte[] bytes) {
    return remote
        .files()
        .put(PutRequest.of(BUCKET, new ObjectKey(key)), new ByteArrayInputStream(bytes));
  }

  private byte[] get(ObjectRef ref, ByteRange range) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    var _ = remote.files().get(ref, range, out);
    return out.toByteArray();
  }

  private static ObjectRef ref(String key) {
    return ObjectRef.current(BUCKET, new ObjectKey(key));
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(Long.getLong("millrace.seed", 1)).nextBytes(bytes);
    return bytes;
  }

  private static void fails(ThrowingCallable call, MillraceException expected) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(expected.code()))
        .hasMessage(expected.getMessage());
  }

  private static void fails(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void bucketsAreMadeListedAndRemoved() {
    BucketName second = new BucketName("second.one");
    assertThat(remote.files().createBucket(second, Optional.of(new StoragePolicy.Erasure(4, 2))))
        .isEqualTo(fake.files.buckets().get(1));
    assertThat(remote.files().buckets()).isEqualTo(fake.files.buckets()).hasSize(2);
    fails(() -> remote.files().createBucket(second, Optional.empty()), ErrorCode.BUCKET_EXISTS);
    remote.files().deleteBucket(second);
    assertThat(fake.files.buckets()).hasSize(1);
    fails(() -> remote.files().deleteBucket(second), ErrorCode.NO_SUCH_BUCKET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..", "../../etc/passwd", "a//b", "/", "//", "./.", "%2F", "a%2fb", "%", "+", "a+b", " ",
        "a b ", "\t\n\r", "&key=x", "?", "#", "=", ";x", "ü", "😀", "\"quoted\"", "\\", "{bucket}"
      })
  void anyKeyIsKeptAsItIs(String key) {
    byte[] bytes = key.getBytes(UTF_8);
    StoredVersion version = put(key, bytes);
    assertThat(version.key().value()).isEqualTo(key);
    assertThat(remote.files().stat(ref(key))).isEqualTo(fake.files.stat(ref(key)));
    assertThat(get(ref(key), ByteRange.whole())).isEqualTo(bytes);
    ListPage page = remote.files().list(ListRequest.all(BUCKET, key));
    assertThat(page.entries())
        .singleElement()
        .satisfies(e -> assertThat(e.key().value()).isEqualTo(key));
    assertThat(remote.files().delete(BUCKET, new ObjectKey(key)))
        .isEqualTo(fake.files.versions(BUCKET, new ObjectKey(key)).getFirst());
  }

  @Test
  void theLongestKeyPasses() {
    String key = "ü".repeat(512);
    put(key, new byte[] {1});
    assertThat(get(ref(key), ByteRange.whole())).containsExactly(1);
  }

  @Test
  void anEmptyObjectIsWhole() {
    assertThat(put("empty", new byte[0])).isEqualTo(fake.files.stat(ref("empty")));
    assertThat(get(ref("empty"), ByteRange.whole())).isEmpty();
    assertThat(get(ref("empty"), new ByteRange.Between(0, 5))).isEmpty();
    assertThat(get(ref("empty"), new ByteRange.Suffix(3))).isEmpty();
  }

  @Test
  void aLargeBodyStreamsBothWaysAndTellsItsProgress() throws Exception {
    byte[] bytes = random(LARGE);
    List<Long> progress = new ArrayList<>();
    PutRequest request =
        new PutRequest(
            BUCKET,
            new ObjectKey("large"),
            Map.of("name", "wört ✓", "empty", ""),
            new Precondition.Absent(),
            Optional.of((long) LARGE),
            Optional.of(Bytes.copyOf(MessageDigest.getInstance("MD5").digest(bytes))),
            progress::add);
    StoredVersion version = remote.files().put(request, new ByteArrayInputStream(bytes));
    assertThat(version).isEqualTo(fake.files.stat(ref("large")));
    assertThat(version.stored().metadata()).isEqualTo(request.metadata());
    assertThat(progress).isSorted().last().isEqualTo((long) LARGE);
    assertThat(get(ref("large"), ByteRange.whole())).isEqualTo(bytes);
  }

  @Test
  void rangesGiveTheirPartAndNoMore() {
    byte[] bytes = random(1_000_000);
    put("r", bytes);
    for (ByteRange range :
        List.of(
            new ByteRange.Between(0, 0),
            new ByteRange.Between(5, 700_000),
            new ByteRange.Between(999_999, 5_000_000),
            new ByteRange.From(999_998),
            new ByteRange.Suffix(17),
            new ByteRange.Suffix(0),
            new ByteRange.Suffix(5_000_000))) {
      ByteArrayOutputStream local = new ByteArrayOutputStream();
      var _ = fake.files.get(ref("r"), range, local);
      assertThat(get(ref("r"), range)).as("%s", range).isEqualTo(local.toByteArray());
    }
    fails(() -> get(ref("r"), new ByteRange.From(1_000_000)), ErrorCode.INVALID_RANGE);
  }

  @Test
  void preconditionsAndDigestsAreJudgedByTheNode() {
    StoredVersion first = put("k", new byte[] {1});
    PutRequest plain = PutRequest.of(BUCKET, new ObjectKey("k"));
    PutRequest absent = with(plain, new Precondition.Absent(), Optional.empty(), Optional.empty());
    fails(
        () -> remote.files().put(absent, new ByteArrayInputStream(new byte[1])),
        ErrorCode.PRECONDITION_FAILED);
    fails(
        () -> remote.files().put(absent, new ByteArrayInputStream(random(LARGE))),
        ErrorCode.PRECONDITION_FAILED);
    PutRequest matches =
        with(plain, new Precondition.Matches(first.etag()), Optional.empty(), Optional.empty());
    assertThat(remote.files().put(matches, new ByteArrayInputStream(new byte[] {2})).sizeBytes())
        .isEqualTo(1);
    PutRequest wrong =
        with(
            plain,
            new Precondition.None(),
            Optional.empty(),
            Optional.of(Bytes.copyOf(new byte[16])));
    fails(
        () -> remote.files().put(wrong, new ByteArrayInputStream(new byte[3])),
        ErrorCode.DIGEST_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 600_000})
  void aBodyOfAnotherLengthIsIncomplete(int size) {
    PutRequest longer =
        with(
            PutRequest.of(BUCKET, new ObjectKey("k")),
            new Precondition.None(),
            Optional.of(size + 1L),
            Optional.empty());
    fails(
        () -> remote.files().put(longer, new ByteArrayInputStream(new byte[size])),
        new MillraceException(
            ErrorCode.INCOMPLETE_BODY, "body: " + size + " bytes, not " + (size + 1) + ": again"));
    fails(() -> fake.files.stat(ref("k")), ErrorCode.NO_SUCH_KEY);
  }

  private static PutRequest with(
      PutRequest request, Precondition precondition, Optional<Long> bytes, Optional<Bytes> md5) {
    return new PutRequest(
        request.bucket(), request.key(), Map.of(), precondition, bytes, md5, request.progress());
  }

  @Test
  void aSourceThatFailsLeavesNothingBehind() {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk gone");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("disk gone");
          }
        };
    InputStream body = new SequenceInputStream(new ByteArrayInputStream(random(LARGE)), failing);
    fails(
        () -> remote.files().put(PutRequest.of(BUCKET, new ObjectKey("k")), body),
        ErrorCode.IO_ERROR);
    fails(() -> fake.files.stat(ref("k")), ErrorCode.NO_SUCH_KEY);
    assertThat(put("k", new byte[] {1}).sizeBytes()).isEqualTo(1);
  }

  @Test
  void aNodeThatFailsAmidAnUploadSaysWhy() {
    fake.files.putFailure = new MillraceException(ErrorCode.DISK_FULL, "disk d: full: make room");
    fake.files.putFailsAfter = 1_000_000;
    fails(() -> put("k", random(40_000_000)), fake.files.putFailure);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 300_000, 4_999_999})
  void aNodeThatFailsAmidADownloadSaysWhyAndGivesOnlyTrueBytes(long failsAt) {
    byte[] bytes = random(LARGE);
    put("k", bytes);
    fake.files.getFailure =
        new MillraceException(ErrorCode.CORRUPT_DATA, "chunk c: damaged: restore it");
    fake.files.getFailsAt = failsAt;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    fails(() -> remote.files().get(ref("k"), ByteRange.whole(), out), fake.files.getFailure);
    assertThat(out.size()).isLessThanOrEqualTo((int) failsAt);
    assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(bytes, out.size()));
  }

  @Test
  void aSinkThatFailsIsReported() {
    put("k", random(LARGE));
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space");
          }
        };
    assertThatThrownBy(() -> remote.files().get(ref("k"), ByteRange.whole(), full))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO_ERROR))
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void versionsAreListedCopiedAndDestroyed() {
    StoredVersion first = put("k", new byte[] {1});
    put("k", random(3_000_000));
    var _ = remote.files().delete(BUCKET, new ObjectKey("k"));
    assertThat(remote.files().versions(BUCKET, new ObjectKey("k")))
        .isEqualTo(fake.files.versions(BUCKET, new ObjectKey("k")))
        .hasSize(3);
    fails(() -> remote.files().stat(ref("k")), ErrorCode.NO_SUCH_KEY);
    assertThat(get(ObjectRef.of(first), ByteRange.whole())).containsExactly(1);
    StoredVersion copy = remote.files().copy(ObjectRef.of(first), BUCKET, new ObjectKey("../copy"));
    assertThat(copy).isEqualTo(fake.files.stat(ref("../copy")));
    remote.files().destroy(ObjectRef.of(first));
    fails(() -> remote.files().stat(ObjectRef.of(first)), ErrorCode.NO_SUCH_VERSION);
    fails(() -> remote.files().destroy(ref("k")), ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void listingsGoOnWhereTheyEnded() {
    for (int i = 0; i < 7; i++) {
      put("k+" + i, new byte[] {1});
    }
    ListRequest request = new ListRequest(BUCKET, "k", "/", true, Optional.empty(), 3);
    ListPage page = remote.files().list(request);
    assertThat(page).isEqualTo(fake.files.list(request));
    ListRequest next = request.from(page.next().orElseThrow());
    assertThat(remote.files().list(next)).isEqualTo(fake.files.list(next));
    assertThat(remote.files().list(next).entries().getFirst().key().value()).isEqualTo("k+3");
  }

  @Test
  void administrationPassesThrough() {
    assertThat(remote.admin().addDisk("/mnt/ä b").path()).isEqualTo("/mnt/ä b");
    assertThat(remote.admin().nodes()).isEqualTo(fake.admin.nodes());
    assertThat(remote.admin().rotateKey()).isEqualTo(fake.admin.rotateKey());
    assertThat(remote.admin().scrub()).isEqualTo(fake.admin.scrub());
    assertThat(remote.admin().doctor()).isEqualTo(fake.admin.doctor());
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyFailureKeepsItsCodeAndMessage(ErrorCode code) {
    MillraceException failure =
        new MillraceException(code, "thing \"" + code + "\"\n: ünlikely: do that");
    fake.admin.failWith(failure);
    fails(() -> remote.admin().nodes(), failure);
    fake.files.putFailure = failure;
    fails(() -> put("k", random(1_000_000)), failure);
  }

  private JobProgress submit() {
    return submit(new Program.Instruction("count", List.of("-l", "")));
  }

  private JobProgress submit(Program program) {
    return remote
        .jobs()
        .submit(
            new JobRequest(
                program,
                List.of(ref("a b"), ref("+")),
                List.of("a b", "x/ü"),
                Optional.of(BUCKET),
                Optional.of(new ObjectKey("out")),
                JobOptions.USUAL.with(Priority.HIGH),
                JobRequest.Reuse.ALLOWED,
                List.of()));
  }

  @Test
  void theFilesOfAnAnswerAreCounted() {
    JobId id = submit(new Program.Instruction("split", List.of())).job().id();
    fake.jobs.end(id, JobState.SUCCEEDED, Optional.empty());
    assertThat(fake.jobs.progress(id).job().files()).isPresent();
    assertThat(remote.jobs().progress(id)).isEqualTo(fake.jobs.progress(id));
  }

  @Test
  void jobsAreSubmittedShownAndCancelled() {
    JobProgress submitted = submit();
    JobId id = submitted.job().id();
    assertThat(submitted).isEqualTo(fake.jobs.progress(id));
    assertThat(remote.jobs().list()).isEqualTo(fake.jobs.list());
    assertThat(remote.jobs().instructions()).isEqualTo(fake.jobs.instructions());
    assertThat(remote.jobs().instruction("count")).isEqualTo(fake.jobs.instruction("count"));
    for (String name : List.of("", "cöunt", "a/b?&=%", "\uD83C\uDF0A".repeat(100))) {
      fails(
          () -> remote.jobs().instruction(name),
          new MillraceException(
              ErrorCode.NO_SUCH_PROGRAM, "program '" + name + "': none: see `run`"));
    }
    fails(
        () -> remote.jobs().instruction("x" + "\uD83C\uDF0A".repeat(50_000)),
        new MillraceException(
            ErrorCode.NO_SUCH_PROGRAM,
            "program 'x" + "\uD83C\uDF0A".repeat(99) + "': none: see `run`"));
    assertThat(remote.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    assertThat(remote.jobs().progress(id)).isEqualTo(fake.jobs.progress(id));
    fails(
        () -> remote.jobs().output(id, OutputStream.nullOutputStream()),
        new MillraceException(ErrorCode.CANCELLED, "job " + id + ": cancelled: run it again"));
    fails(() -> remote.jobs().progress(JobId.parse("0".repeat(32))), ErrorCode.NO_SUCH_JOB);
  }

  @Test
  void jobsSayWhereTheirAnswersComeFrom() {
    JobId id = submit().job().id();
    assertThat(remote.jobs().explain(id, 7)).isEqualTo(fake.jobs.explain(id, 7));
    assertThat(remote.jobs().again(id)).isEqualTo(fake.jobs.progress(id));
    fails(() -> remote.jobs().explain(JobId.parse("0".repeat(32)), 1), ErrorCode.NO_SUCH_JOB);
    for (JobRequest.Reuse reuse : JobRequest.Reuse.values()) {
      JobRequest request =
          new JobRequest(
              new Program.Instruction("count", List.of()),
              List.of(ref("a")),
              List.of("a"),
              Optional.empty(),
              Optional.empty(),
              new JobOptions(
                  new TaskLimits(9 << 20, 3, 1500, 1 << 20, 77, 1234), true, Priority.HIGH),
              reuse,
              List.of(
                  new Jobs.PrefixInput(0, BUCKET, "", "mr://x/"),
                  new Jobs.PrefixInput(1, BUCKET, "ä/+ b/", "")));
      JobProgress given = remote.jobs().submit(request);
      assertThat(fake.jobs.requested).contains(request);
      assertThat(given).isEqualTo(fake.jobs.progress(given.job().id()));
    }
  }

  @Test
  void commandsTravelWhole() {
    for (Cut.Unit unit : Cut.Unit.values()) {
      Program.Executable command =
          new Program.Executable(
              "sed 's/ä/\"/' | tr '\\n' ' '",
              new Cut(unit, 3, "$$"),
              unit == Cut.Unit.WHOLE ? Optional.empty() : Optional.of("sort -u"),
              unit == Cut.Unit.BYTES,
              List.of(new Program.Shipped("tool.sh", ref("digest"))));
      JobRequest request =
          new JobRequest(
              command, List.of(ref("a")), List.of("a"), Optional.empty(), Optional.empty());
      JobProgress given = remote.jobs().submit(request);
      assertThat(fake.jobs.requested).contains(request);
      assertThat(given).isEqualTo(fake.jobs.progress(given.job().id()));
      assertThat(remote.jobs().retryFailed(given.job().id()))
          .isEqualTo(fake.jobs.progress(given.job().id()));
    }
  }

  @Test
  void awaitEndsWithTheNextRevision() {
    JobProgress submitted = submit();
    JobId id = submitted.job().id();
    assertThat(remote.jobs().await(id, 1, Duration.ZERO).revision()).isEqualTo(1);
    CompletableFuture<JobProgress> waiting =
        CompletableFuture.supplyAsync(() -> remote.jobs().await(id, 1, Duration.ofSeconds(60)));
    fake.jobs.end(id, JobState.SUCCEEDED, Optional.empty());
    assertThat(waiting.join()).isEqualTo(fake.jobs.progress(id));
  }

  @Test
  void outputArrivesWhileTheJobRuns() throws Exception {
    JobId id = submit().job().id();
    CountDownLatch first = new CountDownLatch(1);
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    OutputStream sink =
        new OutputStream() {
          @Override
          public void write(int b) {
            got.write(b);
          }

          @Override
          public void write(byte[] b, int offset, int length) {
            got.write(b, offset, length);
            first.countDown();
          }
        };
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(() -> remote.jobs().output(id, sink));
    fake.jobs.write(id, new byte[] {1, 2, 3});
    first.await();
    assertThat(reading).isNotDone();
    byte[] rest = random(1_000_000);
    fake.jobs.write(id, rest);
    fake.jobs.end(id, JobState.SUCCEEDED, Optional.empty());
    reading.join();
    assertThat(got.size()).isEqualTo(1_000_003);
  }

  @Test
  void aJobThatFailsAmidItsOutputTellsItsFailure() throws Exception {
    JobId id = submit().job().id();
    byte[] part = random(900_000);
    fake.jobs.write(id, part);
    CountDownLatch begun = new CountDownLatch(1);
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    CompletableFuture<Throwable> reading = new CompletableFuture<>();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try {
                remote
                    .jobs()
                    .output(
                        id,
                        new OutputStream() {
                          @Override
                          public void write(int b) {
                            got.write(b);
                          }

                          @Override
                          public void write(byte[] b, int offset, int length) {
                            got.write(b, offset, length);
                            begun.countDown();
                          }
                        });
                reading.complete(new AssertionError("no failure"));
              } catch (RuntimeException e) {
                reading.complete(e);
              }
            });
    begun.await();
    fake.jobs.end(id, JobState.FAILED, Optional.of("job: piece 7 failed: see its log"));
    reader.join();
    assertThat(reading.join())
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_FAILED))
        .hasMessage("job: piece 7 failed: see its log");
    assertThat(got.toByteArray()).isEqualTo(Arrays.copyOf(part, got.size()));
  }

  @Test
  void aNodeThatIsNotThereIsNamedWithTheRemedy() {
    int port = server.port();
    remote.close();
    server.close();
    try (Millrace alone = new RemoteMillrace(URI.create("http://127.0.0.1:" + port), token)) {
      assertThatThrownBy(() -> alone.files().buckets())
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
          .hasMessageContaining("127.0.0.1:" + port)
          .hasMessageContaining("millrace up");
    }
  }

  @Test
  void aWrongTokenIsRefused() {
    try (Millrace stranger =
        new RemoteMillrace(URI.create("http://localhost:" + server.port()), BearerToken.random())) {
      fails(() -> stranger.files().buckets(), ErrorCode.UNAUTHENTICATED);
      fails(
          () ->
              stranger
                  .files()
                  .put(
                      PutRequest.of(BUCKET, new ObjectKey("k")),
                      new ByteArrayInputStream(random(LARGE))),
          ErrorCode.UNAUTHENTICATED);
    }
  }
}
