package dev.millrace.node;

import static dev.millrace.node.Content.failureOf;
import static dev.millrace.node.Content.get;
import static dev.millrace.node.Content.put;
import static dev.millrace.node.Content.ref;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Millrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What jobs promise, the same through every door.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractJobsTest {
  private static final String BUCKET = "data";
  private static final int MIB = (int) ByteUnits.MIB;
  private static final byte[] TEXT = Content.text(1, 20 * MIB);
  private static final byte[] NOISE = Content.random(2, 9 * MIB + 1);

  private Millrace millrace;
  private Files files;
  private Jobs jobs;

  private final Door door;

  AbstractJobsTest(Door door) {
    this.door = door;
  }

  @BeforeAll
  void open(@TempDir Path temp) {
    millrace = door.open(temp.resolve("home"));
    files = millrace.files();
    jobs = millrace.jobs();
    files.createBucket(new BucketName(BUCKET), Optional.empty());
    put(files, BUCKET, "text", TEXT);
    put(files, BUCKET, "noise", NOISE);
    put(files, BUCKET, "empty", new byte[0]);
    put(files, BUCKET, "small", "one two\nthree".getBytes(UTF_8));
  }

  @AfterAll
  void close() {
    millrace.close();
  }

  @Test
  void whatIsCompressedIsHadBackByDecompressing() {
    for (String input : List.of("text", "noise", "empty", "small")) {
      for (String format : List.of("zstd", "gzip")) {
        String packed = input + "." + format;
        JobId compress =
            jobs.submit(request("compress", List.of("--format", format), packed, input)).job().id();
        byte[] answer = output(compress);
        assertThat(get(files, BUCKET, packed)).isEqualTo(answer);
        JobId decompress = jobs.submit(request("decompress", List.of(), null, packed)).job().id();
        assertThat(output(decompress)).isEqualTo(get(files, BUCKET, input));
      }
    }
  }

  @Test
  void checksumsAreThoseOfTheWholeFile() {
    for (List<String> names : List.of(List.of("md5", "MD5"), List.of("sha256", "SHA-256"))) {
      JobId job =
          jobs.submit(request("checksum", List.of(names.getFirst()), null, "text", "small"))
              .job()
              .id();
      assertThat(new String(output(job), UTF_8))
          .isEqualTo(
              Content.digest(names.getLast(), TEXT)
                  + "  text\n"
                  + Content.digest(names.getLast(), get(files, BUCKET, "small"))
                  + "  small\n");
    }
  }

  @Test
  void countsAddUpOverSeveralInputs() {
    JobId job = jobs.submit(request("count", List.of(), null, "text", "empty", "small")).job().id();
    String[] lines = new String(output(job), UTF_8).split("\n", -1);
    long newlines = Stream.of(split(TEXT)).count() - 1;
    long words =
        Stream.of(new String(TEXT, UTF_8).split("[ \n]+")).filter(w -> !w.isEmpty()).count();
    assertThat(lines[0].strip().split(" +"))
        .containsExactly("" + newlines, "" + words, "" + TEXT.length, "text");
    assertThat(lines[1].strip().split(" +")).containsExactly("0", "0", "0", "empty");
    assertThat(lines[2].strip().split(" +")).containsExactly("1", "3", "13", "small");
    assertThat(lines[3].strip().split(" +"))
        .containsExactly("" + (newlines + 1), "" + (words + 3), "" + (TEXT.length + 13), "total");
  }

  private static String[] split(byte[] text) {
    return new String(text, UTF_8).split("\n", -1);
  }

  @Test
  void splitMakesFilesUnderAPrefix() {
    List<String> arguments = List.of("-b", "9M", "-d", "--prefix=p-");
    JobId id = jobs.submit(request("split", arguments, "parts/", "text")).job().id();
    JobProgress done = ended(jobs.progress(id));
    assertThat(done.job().failure()).isEmpty();
    assertThat(done.job().files()).contains(new JobFiles(3, TEXT.length));
    assertThat(done.outputBytes()).isEqualTo(TEXT.length);
    for (int i = 0; i < 3; i++) {
      byte[] part = Arrays.copyOfRange(TEXT, i * 9 * MIB, Math.min(TEXT.length, (i + 1) * 9 * MIB));
      StoredVersion stored = files.stat(ref(BUCKET, "parts/p-0" + i));
      assertThat(stored.etag()).isEqualTo(Content.digest("MD5", part));
      assertThat(stored.stored().producer()).contains(id);
      assertThat(get(files, BUCKET, "parts/p-0" + i)).isEqualTo(part);
    }
    assertThat(failureOf(() -> output(id)))
        .hasMessageContaining("read them from mr://data/parts/")
        .extracting(e -> e.code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failureOf(() -> jobs.submit(request("split", List.of(), "x/", "text", "small"))))
        .hasMessageContaining("more than the 1 that 'split' takes");
  }

  @Test
  void aThousandSmallFilesAreEachReadBack() {
    put(files, BUCKET, "lines", "line\n".repeat(1000).getBytes(UTF_8));
    JobId id = jobs.submit(request("split", List.of("-l1"), "lines-of", "lines")).job().id();
    assertThat(ended(jobs.progress(id)).job().files()).contains(new JobFiles(1000, 5000));
    assertThat(get(files, BUCKET, "lines-of/xaa")).asString(UTF_8).isEqualTo("line\n");
    assertThat(get(files, BUCKET, "lines-of/xzanl")).asString(UTF_8).isEqualTo("line\n");
  }

  @Test
  void anAnswerWithoutANameIsKeptAmongTheResults() {
    JobId id = jobs.submit(request("count", List.of(), null, "small")).job().id();
    byte[] answer = output(id);
    JobProgress done = jobs.progress(id);
    assertThat(done.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(done.outputBytes()).isEqualTo(answer.length);
    assertThat(done.inputBytesDone()).isEqualTo(done.inputBytesTotal());
    StoredVersion kept =
        files.stat(
            new ObjectRef(BucketName.RESULTS, done.job().spec().outputKey(), done.job().output()));
    assertThat(kept.stored().producer()).contains(id);
    assertThat(get(files, ObjectRef.of(kept), ByteRange.whole())).isEqualTo(answer);
    assertThat(output(id)).isEqualTo(answer);
    assertThat(jobs.list()).extracting(p -> p.job().id()).contains(id);
  }

  @Test
  void theAnswerComesWhileLaterPiecesStillRun() {
    JobId id = jobs.submit(request("compress", List.of("--level", "17"), null, "text")).job().id();
    List<JobState> atFirstByte = new ArrayList<>();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    jobs.output(
        id,
        new OutputStream() {
          @Override
          public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            if (atFirstByte.isEmpty()) {
              atFirstByte.add(jobs.progress(id).job().state());
            }
            answer.write(bytes, offset, length);
          }
        });
    assertThat(atFirstByte).containsExactly(JobState.RUNNING);
    assertThat(answer.size()).isEqualTo((int) jobs.progress(id).outputBytes());
  }

  @Test
  void aCancelledJobPublishesNothing() {
    JobId id =
        jobs.submit(request("compress", List.of("--level", "19"), "never", "text")).job().id();
    assertThat(ended(jobs.cancel(id)).job().state()).isEqualTo(JobState.CANCELLED);
    assertThat(failureOf(() -> output(id)).code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(failureOf(() -> files.stat(ref(BUCKET, "never"))).code())
        .isEqualTo(ErrorCode.NO_SUCH_KEY);
    assertThat(jobs.cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aJobThatMeetsBadInputSaysSoAndLeavesNothing() {
    JobId id = jobs.submit(request("decompress", List.of(), "never", "noise")).job().id();
    MillraceException failure = failureOf(() -> output(id));
    assertThat(failure.code()).isEqualTo(ErrorCode.JOB_FAILED);
    assertThat(failure).hasMessageContaining("noise");
    JobProgress failed = jobs.progress(id);
    assertThat(failed.job().state()).isEqualTo(JobState.FAILED);
    assertThat(failed.job().failure().orElseThrow()).contains("noise");
    assertThat(failureOf(() -> files.stat(ref(BUCKET, "never"))).code())
        .isEqualTo(ErrorCode.NO_SUCH_KEY);
  }

  @Test
  void whatCannotRunIsRefusedAtOnce() {
    assertThat(failureOf(() -> jobs.submit(request("compres", List.of(), null, "text"))))
        .hasMessageContaining("compress")
        .extracting(e -> e.code())
        .isEqualTo(ErrorCode.NO_SUCH_PROGRAM);
    assertThat(failureOf(() -> jobs.submit(request("count", List.of(), null, "nope"))).code())
        .isEqualTo(ErrorCode.NO_SUCH_KEY);
    assertThat(
            failureOf(
                    () -> jobs.submit(request("compress", List.of("--level", "99"), null, "text")))
                .code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failureOf(() -> jobs.progress(JobId.parse("0".repeat(31) + "1"))).code())
        .isEqualTo(ErrorCode.NO_SUCH_JOB);
    assertThat(jobs.instructions())
        .extracting(Jobs.InstructionInfo::name)
        .contains("compress", "decompress", "checksum", "count");
  }

  @Test
  void anInputIsTheVersionThatWasThereWhenTheJobWasSubmitted() {
    put(files, BUCKET, "changing", new byte[1000]);
    JobId id = jobs.submit(request("count", List.of(), null, "changing")).job().id();
    put(files, BUCKET, "changing", new byte[2000]);
    assertThat(new String(output(id), UTF_8)).contains("1000");
  }

  @Test
  void theSameJobAgainIsAnsweredFromItsRecord() {
    JobRequest request = request("compress", List.of("--level", "2"), "first.zst", "text");
    JobProgress first = ended(jobs.submit(request));
    assertThat(first.job().reusedFrom()).isEmpty();
    JobProgress again =
        jobs.submit(request("compress", List.of("--level", "2"), "second.zst", "text"));
    assertThat(again.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(again.job().reusedFrom()).contains(first.job().id());
    assertThat(again.outputBytes()).isEqualTo(first.outputBytes());
    assertThat(get(files, BUCKET, "second.zst")).isEqualTo(get(files, BUCKET, "first.zst"));
    assertThat(jobs.progress(again.job().id()).job()).isEqualTo(again.job());
    assertThat(jobs.progress(first.job().id()).job().provenance()).isPresent();
    JobRequest fresh =
        new JobRequest(
            request.program(),
            request.inputs(),
            request.labels(),
            request.outputBucket(),
            request.outputKey(),
            JobRequest.Reuse.FRESH);
    assertThat(ended(jobs.submit(fresh)).job().reusedFrom()).isEmpty();
  }

  @Test
  void aPrefixIsAnsweredAgainUntilSomethingChangesUnderIt() {
    for (int i = 0; i < 1100; i++) {
      put(files, BUCKET, "many/" + i, new byte[] {'\n'});
    }
    JobRequest request =
        new JobRequest(
            new Program.Instruction("count", List.of("-l")),
            List.of(ref(BUCKET, "small")),
            List.of("small"),
            Optional.of(new BucketName(BUCKET)),
            Optional.of(new ObjectKey("counted")),
            JobOptions.USUAL,
            JobRequest.Reuse.ALLOWED,
            List.of(new Jobs.PrefixInput(1, new BucketName(BUCKET), "many/", "")));
    JobProgress first = ended(jobs.submit(request));
    assertThat(new String(output(first.job().id()), UTF_8)).endsWith("\n1101 total\n");
    put(files, BUCKET, "beside", new byte[1]);
    JobProgress again = jobs.submit(request);
    assertThat(again.job().reusedFrom()).contains(first.job().id());
    assertThat(first.job().spec().inputs()).as("progress names none").isEmpty();
    assertThat(jobs.list()).allMatch(job -> job.job().spec().inputs().isEmpty());
    var _ = files.delete(new BucketName(BUCKET), new ObjectKey("many/7"));
    JobProgress fewer = ended(jobs.submit(request));
    assertThat(fewer.job().reusedFrom()).isEmpty();
    assertThat(new String(output(fewer.job().id()), UTF_8)).endsWith("\n1100 total\n");
    assertThat(jobs.explain(fewer.job().id(), 3).inputCount()).isEqualTo(1100);
  }

  @Test
  void anAddedInputIsAddedToTheAnswerThatIsThere() {
    for (String program : List.of("grep", "count")) {
      List<String> arguments = program.equals("grep") ? List.of("e") : List.of();
      JobProgress first =
          ended(jobs.submit(request(program, arguments, program + "-1", "text", "small")));
      JobProgress more =
          ended(jobs.submit(request(program, arguments, program + "-2", "text", "noise", "small")));
      assertThat(more.job().provenance().orElseThrow().tookFrom()).contains(first.job().id());
      JobProgress alone = ended(jobs.again(more.job().id()));
      assertThat(alone.job().provenance().orElseThrow().tookFrom()).isEmpty();
      assertThat(get(files, BUCKET, program + "-2")).isEqualTo(output(alone.job().id()));
      // What was taken over is the later answer's own.
      files.destroy(version(program + "-1", first.job().output().orElseThrow()));
      assertThat(get(files, BUCKET, program + "-2")).isEqualTo(output(alone.job().id()));
    }
  }

  private static ObjectRef version(String key, VersionId version) {
    return new ObjectRef(new BucketName(BUCKET), new ObjectKey(key), Optional.of(version));
  }

  private static JobRequest request(
      String name, List<String> arguments, @Nullable String output, String... inputs) {
    return new JobRequest(
        new Program.Instruction(name, arguments),
        Stream.of(inputs).map(input -> ref(BUCKET, input)).toList(),
        List.of(inputs),
        Optional.ofNullable(output).map(_ -> new BucketName(BUCKET)),
        Optional.ofNullable(output).map(ObjectKey::new));
  }

  private byte[] output(JobId id) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    jobs.output(id, sink);
    return sink.toByteArray();
  }

  private JobProgress ended(JobProgress progress) {
    JobProgress now = progress;
    while (!now.job().state().ended()) {
      now = jobs.await(now.job().id(), now.revision(), Duration.ofSeconds(5));
    }
    return now;
  }
}
