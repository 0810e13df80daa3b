package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.FailureKind;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ListRequest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.TaskFailure;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Jobs of shell commands from their acceptance to their end: stages, failures, logs, retries.
@Timeout(60)
final class ExecutableJobsTest {
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

  private JobId submit(String command, Optional<String> reduce, ObjectRef... inputs) {
    JobRequest request =
        new JobRequest(
            new Program.Executable(command, Cut.LINES, reduce, false, List.of()),
            List.of(inputs),
            List.of(inputs).stream().map(ref -> ref.key().value()).toList(),
            Optional.of(JobHouse.BUCKET),
            Optional.of(JobHouse.OUT));
    return house.jobs().submit(request).job().id();
  }

  private String output(JobId id) {
    return new String(house.output(id), UTF_8);
  }

  /// Some pieces of input.
  private ObjectRef large() {
    return house.put("in", LINE.repeat(100_000));
  }

  private List<String> logs(JobId id) {
    return house
        .catalog
        .query(new CatalogQuery.ListObjects(ListRequest.all(BucketName.LOGS, id + "/")))
        .entries()
        .stream()
        .map(entry -> entry.key().value())
        .toList();
  }

  @Test
  void piecesAreCountedAndTheSumsSummed() {
    JobId id = submit("grep -c the", Optional.of("awk '{ n += $1 } END { print n }'"), large());
    assertThat(output(id)).isEqualTo("100000\n");
    JobProgress end = house.awaitEnd(id);
    assertThat(end.stage()).isEqualTo(1);
    assertThat(end.piecesTotal()).isEqualTo(1);
    assertThat(end.outputBytes()).isEqualTo(7);
    assertThat(house.store.bytes(house.published(end))).asString(UTF_8).isEqualTo("100000\n");
  }

  @Test
  void whatTheFirstStageWroteIsFreedWhenTheAnswerIsPublished() {
    JobId id = submit("cat", Optional.of("wc -c"), large());
    assertThat(output(id)).isEqualTo(LINE.length() * 100_000 + "\n");
    assertThat(house.catalog.query(new CatalogQuery.ListGarbage(Optional.empty(), 1000)))
        .isNotEmpty();
  }

  @Test
  void aJobGoesOnInItsSecondStageAfterARestart() throws IOException {
    Path gate = folder.resolve("gate");
    String second =
        "while [ ! -e " + gate + " ]; do read -r -t 0.01 < /dev/zero || true; done; wc -l";
    JobId id = submit("cat", Optional.of(second), large());
    JobProgress progress = house.jobs().progress(id);
    while (progress.stage() == 0) {
      progress = house.jobs().await(id, progress.revision(), java.time.Duration.ofMinutes(1));
    }
    house.restart();
    Files.createFile(gate);
    assertThat(house.jobs().resumeAll()).isEqualTo(1);
    assertThat(output(id)).isEqualTo("100000\n");
  }

  @Test
  void aFailingPieceIsSetAsideAndRunAgainAlone() throws IOException {
    Path mended = folder.resolve("mended");
    Path runs = Files.createFile(folder.resolve("runs"));
    String text = LINE.repeat(60_000) + "bad\n" + LINE.repeat(60_000);
    ObjectRef input = house.put("in", text);
    String command =
        "echo run >> %s; sed '/bad/{ s/bad/good/; w /dev/stderr\n}' > %s.$$; ".formatted(runs, runs)
            + "if grep -q good %s.$$ && [ ! -e %s ]; then exit 7; fi; cat %s.$$"
                .formatted(runs, mended, runs);
    JobId id = submit(command, Optional.empty(), input);
    JobProgress end = house.awaitEnd(id);
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertThat(end.job().failure().orElseThrow())
        .startsWith(
            "job " + id + ": 1 of " + end.piecesTotal() + " tasks failed: program over 'in'")
        .contains("exit code 7")
        .contains("millrace retry " + id + " --failed");
    TaskFailure card = end.job().failures().getFirst();
    assertThat(end.job().failures()).hasSize(1);
    assertThat(card.kind()).isEqualTo(FailureKind.PROGRAM);
    assertThat(card.attempt()).isEqualTo(2);
    assertThat(card.log()).isEqualTo("good\n");
    assertThat(logs(id))
        .containsExactly(id + "/" + card.task() + "/1", id + "/" + card.task() + "/2");
    int before = Files.readAllLines(runs).size();
    assertThat(before).isEqualTo(end.piecesTotal() + 1);

    Files.createFile(mended);
    house.jobs().retryFailed(id);
    assertThat(output(id)).isEqualTo(text.replace("bad", "good"));
    assertThat(house.awaitEnd(id).job().failures()).isEmpty();
    assertThat(Files.readAllLines(runs)).hasSize(before + 1);
  }

  @Test
  void onlyAFailedJobThatKeptSomethingIsRetried() {
    JobId good = submit("cat", Optional.empty(), house.put("a", "x\n"));
    house.awaitEnd(good);
    assertRefused(good);
    JobId bad = submit("exit 1", Optional.empty(), house.put("a", "x\n"));
    house.awaitEnd(bad);
    assertRefused(bad);
  }

  private void assertRefused(JobId id) {
    assertThatThrownBy(() -> house.jobs().retryFailed(id))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED));
  }

  @Test
  void aFailedJobPublishesNothing() {
    JobId id = submit("cat; exit 3", Optional.empty(), house.put("a", "x\n"));
    assertThatThrownBy(() -> house.output(id))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_FAILED))
        .hasMessageContaining("exit code 3");
    assertThatThrownBy(() ->
            house.catalog.query(
                new CatalogQuery.GetVersion(ObjectRef.current(JobHouse.BUCKET, JobHouse.OUT))))
        .hasMessageContaining("out");
  }

  @Test
  void aCommandThatHangsIsCancelled() {
    JobId id = submit("sleep 1000", Optional.empty(), house.put("a", "x\n"));
    house.awaitPieces(id, 0);
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void anInputThatIsRemovedWhileTheJobRunsStaysReadable() throws IOException {
    Path gate = folder.resolve("gate");
    ObjectRef input = house.put("in", "kept\n");
    JobId id =
        submit(
            "while [ ! -e " + gate + " ]; do read -r -t 0.01 < /dev/zero || true; done; cat",
            Optional.empty(),
            input);
    house.catalog.execute(
        new CatalogCommand.DestroyVersion(
            JobHouse.BUCKET, new ObjectKey("in"), input.version().orElseThrow()));
    Files.createFile(gate);
    assertThat(output(id)).isEqualTo("kept\n");
  }
}
