package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.compute.MemoryContentStore;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Jobs whose answer is files, from their acceptance to their end.
@Timeout(60)
final class FilesJobsTest {
  private static final String LINE = "the quick brown fox jumps over the lazy dog\n";

  @TempDir private Path folder;
  private final JobHouse house = new JobHouse();

  @BeforeEach
  void makeBuckets() {
    house.catalog.execute(
        new CatalogCommand.CreateBucket(BucketName.LOGS, new StoragePolicy.Replicated(1)));
  }

  @AfterEach
  void close() {
    house.close();
  }

  private JobId submit(Program program, String key, ObjectRef... inputs) {
    JobRequest request =
        new JobRequest(
            program,
            List.of(inputs),
            List.of(inputs).stream().map(ref -> ref.key().value()).toList(),
            Optional.of(JobHouse.BUCKET),
            Optional.of(new ObjectKey(key)));
    return house.jobs().submit(request).job().id();
  }

  private static Program exec(String command, Cut.Unit unit) {
    return new Program.Executable(command, new Cut(unit, 0, ""), Optional.empty(), true, List.of());
  }

  private JobId exec(String command, ObjectRef... inputs) {
    return submit(exec(command, Cut.Unit.LINES), "out/", inputs);
  }

  private static Program split(String... arguments) {
    return new Program.Instruction("split", List.of(arguments));
  }

  /// All that lies below the output, by its name there.
  private Map<String, String> published(String prefix) {
    Map<String, String> files = new TreeMap<>();
    for (Listed listed :
        house
            .catalog
            .query(new CatalogQuery.ListObjects(ListRequest.all(JobHouse.BUCKET, prefix)))
            .entries()) {
      ObjectRef ref = new ObjectRef(JobHouse.BUCKET, listed.key(), Optional.of(listed.version()));
      StoredVersion version = (StoredVersion) house.catalog.query(new CatalogQuery.GetVersion(ref));
      byte[] bytes = house.store.bytes(version.stored());
      assertThat(version.stored().etag()).isEqualTo(MemoryContentStore.md5(bytes));
      assertThat(bytes).hasSize((int) version.sizeBytes());
      files.put(listed.key().value().substring(prefix.length()), new String(bytes, UTF_8));
    }
    return files;
  }

  private void assertNothingPublished() {
    assertThat(published("out")).isEmpty();
    assertThat(house.catalog.knownChunks()).containsAll(house.store.chunks());
  }

  /// Some pieces of input.
  private ObjectRef large() {
    return house.put("in", LINE.repeat(100_000));
  }

  @Test
  void theFilesOfAllPiecesArePublishedTogether() {
    JobId id = exec("mkdir n; cat > n/$MILLRACE_PIECE; : > empty-$MILLRACE_PIECE", large());
    JobProgress end = house.awaitEnd(id);
    assertThat(end.job().failure()).isEmpty();
    assertThat(end.piecesTotal()).isGreaterThan(2);
    Map<String, String> files = published("out/");
    assertThat(files).hasSize(2 * end.piecesTotal());
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < end.piecesTotal(); i++) {
      joined.append(files.get("n/" + i));
      assertThat(files).containsEntry("empty-" + i, "");
    }
    assertThat(joined.toString()).isEqualTo(LINE.repeat(100_000));
    assertThat(end.job().output()).isEmpty();
    assertThat(end.job().spec().outputKey().value()).isEqualTo("out");
    assertThat(end.job().files()).contains(new JobFiles(files.size(), LINE.length() * 100_000L));
    assertThat(end.outputBytes()).isEqualTo(LINE.length() * 100_000L);
    // Nobody else names their chunks: all go with the files.
    assertThat(house.catalog.query(new CatalogQuery.ListGarbage(Optional.empty(), 1000))).isEmpty();
    StoredVersion one =
        (StoredVersion)
            house.catalog.query(
                new CatalogQuery.GetVersion(
                    ObjectRef.current(JobHouse.BUCKET, new ObjectKey("out/n/0"))));
    assertThat(one.stored().producer()).contains(id);

    house.restart();
    assertThat(house.jobs().progress(id).job()).isEqualTo(end.job());
    assertThat(house.jobs().progress(id).outputBytes()).isEqualTo(LINE.length() * 100_000L);
  }

  @Test
  void aJobMayLeaveNoFile() {
    JobProgress end = house.awaitEnd(exec("cat", house.put("in", "x\n")));
    assertThat(end.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(end.job().files()).contains(new JobFiles(0, 0));
    assertThat(published("out")).isEmpty();
  }

  @Test
  void whatTheCommandPrintsGoesToTheLog() {
    JobId id = exec("cat; echo said >&2; touch a", house.put("in", "printed\n"));
    house.awaitEnd(id);
    ObjectRef log = ObjectRef.current(BucketName.LOGS, new ObjectKey(id + "/0/1"));
    StoredVersion version = (StoredVersion) house.catalog.query(new CatalogQuery.GetVersion(log));
    assertThat(house.store.bytes(version.stored())).asString(UTF_8).isEqualTo("printed\nsaid\n");
  }

  @Test
  void splitPublishesItsFiles() {
    JobId id = submit(split("-l", "2", "--prefix", "a/b-"), "parts", house.put("in", "1\n2\n3\n"));
    assertThat(house.awaitEnd(id).job().files()).contains(new JobFiles(2, 6));
    assertThat(published("parts/")).isEqualTo(Map.of("a/b-aa", "1\n2\n", "a/b-ab", "3\n"));
  }

  @Test
  void splitTakesOneInput() {
    assertThatThrownBy(() -> submit(split(), "out", house.put("a", "1"), house.put("b", "2")))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("job: inputs: 2 are more than the 1 that 'split' takes");
  }

  @Test
  void theOutputIsAPrefix() {
    ObjectRef input = house.put("in", "x");
    assertThatThrownBy(() -> submit(split(), "/", input))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("files need a prefix");
    house.awaitEnd(submit(split(), "a//", input));
    assertThat(published("a")).isEqualTo(Map.of("//xaa", "x"));
  }

  @Test
  void anAnswerThatIsFilesIsNoStream() {
    JobId id = submit(split(), "parts/", house.put("in", "x"));
    for (int round = 0; round < 2; round++) {
      assertThatThrownBy(() -> house.output(id))
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageContaining(
              "answer of job "
                  + id
                  + ": it is files, not one stream: read them from mr://files/parts/");
      house.awaitEnd(id);
      house.restart();
    }
  }

  @Test
  void theSameFilesAgainAreGivenFromTheRecord() throws IOException {
    Path runs = Files.createFile(folder.resolve("runs"));
    Program program = exec("echo run >> %s; cat > $MILLRACE_PIECE".formatted(runs), Cut.Unit.LINES);
    ObjectRef in = large();
    JobProgress first = house.awaitEnd(submit(program, "out/", in));
    int before = Files.readAllLines(runs).size();
    int chunks = house.store.chunks().size();

    JobProgress again = house.awaitEnd(submit(program, "again/", in));
    assertThat(again.job().reusedFrom()).contains(first.job().id());
    assertThat(again.job().files()).isEqualTo(first.job().files());
    assertThat(again.outputBytes()).isEqualTo(LINE.length() * 100_000L);
    assertThat(Files.readAllLines(runs)).hasSize(before);
    assertThat(house.store.chunks()).as("no byte was written").hasSize(chunks);
    assertThat(published("again/")).isEqualTo(published("out/")).isNotEmpty();

    // One of the files is gone for good: then they are no answer any more.
    Listed file =
        house
            .catalog
            .query(new CatalogQuery.ListObjects(ListRequest.all(JobHouse.BUCKET, "again/")))
            .entries()
            .getFirst();
    house.catalog.execute(
        new CatalogCommand.DestroyVersion(JobHouse.BUCKET, file.key(), file.version()));
    JobProgress third = house.awaitEnd(submit(program, "again/", in));
    assertThat(third.job().reusedFrom()).isEmpty();
    assertThat(published("again/")).isEqualTo(published("out/"));
  }

  @Test
  void newFilesAreNewVersionsOfTheirKeys() {
    house.put("out/xaa", "old");
    house.put("out/other", "stays");
    house.awaitEnd(submit(split(), "out", house.put("in", "new")));
    assertThat(published("out/")).isEqualTo(Map.of("xaa", "new", "other", "stays"));
  }

  @Test
  void piecesThatWriteTheSameFileFailTheJobAndPublishNothing() {
    JobId id = exec("cat > same", large());
    JobProgress end = house.awaitEnd(id);
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertThat(end.job().failure().orElseThrow())
        .matches("file 'same' of the answer: pieces \\d+ and \\d+ both wrote it: .*");
    assertNothingPublished();
  }

  @Test
  void runsOfOnePieceThatWriteTheSameFileFailToo() {
    Program program = exec("cat > same", Cut.Unit.WHOLE);
    JobId id = submit(program, "out", house.put("a", "1"), house.put("b", "2"));
    assertThat(house.awaitEnd(id).job().failure().orElseThrow())
        .startsWith("file 'same' of the answer: piece")
        .contains("wrote it");
    assertNothingPublished();
  }

  @Test
  void whenOnePieceFailsNothingIsPublished() {
    JobId id = exec("cat > $MILLRACE_PIECE; [ $MILLRACE_PIECE != 1 ] || { ln -s x y; }", large());
    JobProgress end = house.awaitEnd(id);
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertThat(end.job().failure().orElseThrow())
        .contains("it left 'y', a symbolic link, in its output folder");
    assertNothingPublished();
  }

  @Test
  void aFailedPieceIsRunAgainAloneAndThenAllIsPublished() throws IOException {
    Path mended = folder.resolve("mended");
    Path runs = Files.createFile(folder.resolve("runs"));
    JobId id =
        exec(
            "echo run >> %s; cat > $MILLRACE_PIECE; [ $MILLRACE_PIECE != 1 ] || [ -e %s ]"
                .formatted(runs, mended),
            large());
    JobProgress end = house.awaitEnd(id);
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertThat(end.job().failure().orElseThrow()).contains("millrace retry " + id + " --failed");
    assertThat(published("out")).isEmpty();
    int before = Files.readAllLines(runs).size();

    Files.createFile(mended);
    house.restart();
    house.jobs().retryFailed(id);
    JobProgress again = house.awaitEnd(id);
    assertThat(again.job().files())
        .contains(new JobFiles(end.piecesTotal(), LINE.length() * 100_000L));
    assertThat(Files.readAllLines(runs)).hasSize(before + 1);
    assertThat(published("out/")).hasSize(end.piecesTotal());
  }

  @Test
  void aJobGoesOnAfterARestartWithTheFilesOfFinishedPieces() throws IOException {
    Path gate = folder.resolve("gate");
    JobId id = exec("cat > $MILLRACE_PIECE; [ $MILLRACE_PIECE != 2 ] || " + waitFor(gate), large());
    house.awaitPieces(id, 2);
    house.restart();
    assertThat(published("out")).isEmpty();
    Files.createFile(gate);
    assertThat(house.jobs().resumeAll()).isEqualTo(1);
    JobProgress end = house.awaitEnd(id);
    assertThat(end.job().files().orElseThrow().sizeBytes()).isEqualTo(LINE.length() * 100_000L);
    StringBuilder joined = new StringBuilder();
    Map<String, String> files = published("out/");
    for (int i = 0; i < files.size(); i++) {
      joined.append(files.get("" + i));
    }
    assertThat(joined.toString()).isEqualTo(LINE.repeat(100_000));
  }

  @Test
  void aCancelledJobPublishesNothing() {
    JobId id = exec("cat > $MILLRACE_PIECE; [ $MILLRACE_PIECE != 2 ] || sleep 1000", large());
    house.awaitPieces(id, 2);
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    assertNothingPublished();
  }

  @Test
  void filesArePublishedOnceWhenTheAnswerOfTheCatalogIsLost() throws IOException {
    ObjectRef input = house.put("in", "x");
    for (int lost = 1; lost < 4; lost++) {
      Path gate = folder.resolve("gate" + lost);
      JobId id = exec(waitFor(gate) + "; cat > a", input);
      // Accepting is answered; what comes behind it is not.
      house.catalog.loseReplies(lost);
      Files.createFile(gate);
      assertThat(house.awaitEnd(id).job().files()).contains(new JobFiles(1, 1));
    }
    ListRequest all = new ListRequest(JobHouse.BUCKET, "out/a", "", true, Optional.empty(), 100);
    assertThat(house.catalog.query(new CatalogQuery.ListObjects(all)).entries()).hasSize(3);
  }

  private static String waitFor(Path gate) {
    return "while [ ! -e " + gate + " ]; do read -r -t 0.01 < /dev/zero || true; done";
  }
}
