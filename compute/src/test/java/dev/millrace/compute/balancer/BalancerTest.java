package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.Tool;
import dev.millrace.model.BucketName;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Stored;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class BalancerTest {
  private static final String TEXT = "The mill grinds slowly, but it grinds exceedingly small.";

  private final JobHouse house = new JobHouse();

  @AfterEach
  void close() {
    house.close();
  }

  private static AbstractThrowableAssert<?, ?> assertFails(Runnable action, ErrorCode code) {
    return assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
  }

  /// Nothing of the job is visible, and the catalog knows all chunks there are but the inputs'.
  private void assertNothingLeft() {
    assertFails(
        () ->
            house.catalog.query(
                new CatalogQuery.GetVersion(ObjectRef.current(JobHouse.BUCKET, JobHouse.OUT))),
        ErrorCode.NO_SUCH_KEY);
    assertThat(house.catalog.knownChunks()).containsAll(house.store.chunks());
  }

  @Test
  void compressesWhatZstdReadsBack() throws Exception {
    byte[] plain = new byte[26 << 20];
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < plain.length; i++) {
      plain[i] = (byte) ('a' + random.nextInt(4));
    }
    JobId id = house.submit("compress --level 1", house.put("in", plain));
    JobProgress end = house.awaitEnd(id);
    assertThat(end.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(end.piecesTotal()).isGreaterThan(2);
    assertThat(end.piecesDone()).isEqualTo(end.piecesTotal());
    assertThat(end.inputBytesDone()).isEqualTo(plain.length);
    Stored stored = house.published(end);
    byte[] answer = house.store.bytes(stored);
    assertThat(end.outputBytes()).isEqualTo(answer.length);
    assertThat(stored.etag()).matches("[0-9a-f]{32}-" + end.piecesTotal());
    assertThat(stored.producer()).contains(id);
    assertThat(Arrays.equals(house.output(id), answer)).as("the same answer").isTrue();
    byte[] back = Tool.run(null, answer, List.of("zstd", "-dc")).output();
    assertThat(Arrays.equals(back, plain)).as("the same bytes").isTrue();
  }

  @Test
  void aggregatesAreSmallVersionsWithTheirMd5() {
    JobId id = house.submit("count", house.put("a", "one two\n"), house.put("b", ""));
    assertThat(house.output(id)).asString(UTF_8).isEqualTo("1 2 8 a\n0 0 0 b\n1 2 8 total\n");
    JobProgress end = house.awaitEnd(id);
    assertThat(house.published(end).content()).isInstanceOf(Content.Inline.class);
    assertThat(house.published(end).etag()).hasSize(32);
    assertThat(end.outputBytes()).isEqualTo(28);
  }

  @Test
  void withoutAnOutputTheAnswerIsKeptAmongTheResults() {
    ObjectRef input = house.put("a", "abc");
    var request = JobHouse.request("checksum md5", input);
    var unnamed =
        new dev.millrace.client.Jobs.JobRequest(
            request.program(),
            request.inputs(),
            request.labels(),
            Optional.empty(),
            Optional.empty());
    for (int i = 0; i < 2; i++) {
      JobProgress end = house.awaitEnd(house.jobs().submit(unnamed).job().id());
      assertThat(end.job().spec().outputBucket()).isEqualTo(BucketName.RESULTS);
      assertThat(end.job().spec().outputKey().value()).isEqualTo(end.job().id().toString());
      assertThat(house.store.bytes(house.published(end)))
          .asString(UTF_8)
          .isEqualTo("900150983cd24fb0d6963f7d28e17f72  a\n");
    }
  }

  @Test
  void emptyInputsHaveAnAnswer() throws Exception {
    JobId id = house.submit("compress", house.put("a", ""), house.put("b", ""));
    byte[] answer = house.output(id);
    assertThat(Tool.run(null, answer, List.of("zstd", "-dc")).status()).isZero();
    house.copy.letAll();
    assertThat(house.output(house.submit("copy", house.put("c", "")))).isEmpty();
  }

  @Test
  void fixesTheVersionsOfItsInputsWhenItIsAccepted() {
    house.put("in", "old");
    JobId id = house.submit("copy", ObjectRef.current(JobHouse.BUCKET, new ObjectKey("in")));
    house.put("in", "new!");
    house.copy.letAll();
    assertThat(house.output(id)).asString(UTF_8).isEqualTo("old");
  }

  @Test
  void theAnswerStreamsInOrderWhileLaterPiecesStillRun() throws Exception {
    JobId id = house.submit("copy", house.put("in", TEXT));
    house.copy.awaitBegun(2);
    long secondOffset = house.copy.begun().stream().mapToLong(Long::longValue).max().orElseThrow();
    int half = TEXT.length() / 2;
    try (PipedInputStream in = new PipedInputStream();
        PipedOutputStream out = new PipedOutputStream(in)) {
      CompletableFuture<Void> reader =
          CompletableFuture.runAsync(
              () -> house.jobs().output(id, out), Thread::startVirtualThread);
      house.copy.let(offset -> offset == 0);
      assertThat(in.readNBytes((int) secondOffset))
          .asString(UTF_8)
          .isEqualTo(TEXT.substring(0, (int) secondOffset));
      house.copy.let(offset -> offset < half);
      byte[] more = in.readNBytes(half - (int) secondOffset);
      assertThat(more).asString(UTF_8).isEqualTo(TEXT.substring((int) secondOffset, half));
      JobProgress progress = house.jobs().progress(id);
      assertThat(progress.job().state()).isEqualTo(JobState.RUNNING);
      assertThat(progress.outputBytes()).isGreaterThanOrEqualTo(half);
      house.copy.letAll();
      assertThat(in.readNBytes(TEXT.length() - half))
          .asString(UTF_8)
          .isEqualTo(TEXT.substring(half));
      reader.join();
    }
    assertThat(house.output(id)).asString(UTF_8).isEqualTo(TEXT);
  }

  @Test
  void anAnswerThatNobodyTakesFailsWithItsCause() {
    house.copy.letAll();
    JobId id = house.submit("copy", house.put("in", TEXT));
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertFails(() -> house.jobs().output(id, broken), ErrorCode.IO_ERROR)
        .hasCauseInstanceOf(IOException.class);
    assertThat(house.awaitEnd(id).job().state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void cancelledBeforeAnyPieceIsFinishedItLeavesNothing() throws Exception {
    JobId id = house.submit("copy", house.put("in", TEXT));
    house.copy.awaitBegun(2);
    assertCancelled(id);
  }

  @Test
  void cancelledInTheMiddleItLeavesNothing() {
    JobId id = house.submit("copy", house.put("in", TEXT));
    house.copy.let(offset -> offset < TEXT.length() / 2);
    house.awaitPieces(id, 4);
    assertCancelled(id);
  }

  @Test
  void cancelledAtTheLastPieceItLeavesNothing() {
    JobId id = house.submit("copy", house.put("in", TEXT));
    house.copy.let(offset -> offset < TEXT.length() - 1);
    house.awaitPieces(id, house.jobs().progress(id).piecesTotal() - 1);
    assertCancelled(id);
  }

  @Test
  void cancelledWhileWaitingForASlotItLeavesNothing() throws Exception {
    house.submit("copy", house.put("in", TEXT));
    house.copy.awaitBegun(2);
    JobId second = house.submit("copy", house.put("in 2", TEXT));
    assertCancelled(second);
  }

  private void assertCancelled(JobId id) {
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> house.jobs().output(id, new ByteArrayOutputStream()), Thread::startVirtualThread);
    JobProgress cancelled = house.jobs().cancel(id);
    assertThat(cancelled.job().state()).isEqualTo(JobState.CANCELLED);
    assertThatThrownBy(reader::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    assertNothingLeft();
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    assertFails(() -> house.output(id), ErrorCode.CANCELLED);
  }

  @Test
  void cancelDoesNothingToAJobThatHasEnded() {
    house.copy.letAll();
    JobId id = house.submit("copy", house.put("in", TEXT));
    house.awaitEnd(id);
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.SUCCEEDED);
    house.restart();
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(house.output(id)).asString(UTF_8).isEqualTo(TEXT);
  }

  @Test
  void badInputInAMiddlePieceFailsTheJobWithTheReason() {
    JobId id = house.submit("copy", house.put("in", TEXT + "!" + TEXT));
    house.copy.letAll();
    JobProgress end = house.awaitEnd(id);
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertThat(end.job().failure()).contains("copy: a '!': remove it");
    assertFails(() -> house.output(id), ErrorCode.JOB_FAILED).hasMessage("copy: a '!': remove it");
    assertNothingLeft();
    house.restart();
    assertFails(() -> house.output(id), ErrorCode.JOB_FAILED).hasMessage("copy: a '!': remove it");
  }

  @Test
  void aBugInAnInstructionFailsItsJobOnly() {
    house.copy.letAll();
    JobProgress end = house.awaitEnd(house.submit("copy", house.put("in", TEXT + "?")));
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertThat(end.job().failure().orElseThrow()).contains("a '?'").contains("report this");
    assertThat(house.output(house.submit("copy", house.put("in", TEXT)))).hasSize(TEXT.length());
  }

  @Test
  void damagedContentFailsTheJobAndAPassingFailureDoesNot() {
    ObjectRef input = house.put("in", TEXT);
    house.copy.letAll();
    house.store.failNextRead(ErrorCode.UNAVAILABLE);
    house.store.failNextRead(ErrorCode.TIMEOUT);
    house.store.failNextFinish(ErrorCode.UNAVAILABLE);
    assertThat(house.awaitEnd(house.submit("copy", input)).job().state())
        .isEqualTo(JobState.SUCCEEDED);
    for (ErrorCode code :
        List.of(ErrorCode.CORRUPT_DATA, ErrorCode.DISK_FULL, ErrorCode.IO_ERROR)) {
      house.store.failNextRead(code);
      // Another version each time: the job that succeeded would be answered from its record.
      JobProgress end = house.awaitEnd(house.submit("copy", house.put("in", TEXT)));
      assertThat(end.job().state()).isEqualTo(JobState.FAILED);
      assertThat(end.job().failure().orElseThrow()).startsWith("content: told to fail");
    }
  }

  @Test
  void goesOnAfterARestartWithoutRunningFinishedPiecesAgain() {
    JobId id = house.submit("copy", house.put("in", TEXT));
    int half = TEXT.length() / 2;
    house.copy.let(offset -> offset < half);
    house.awaitPieces(id, 4);
    int finished = house.jobs().progress(id).piecesDone();
    house.close();
    int recorded = house.catalog.query(new CatalogQuery.GetTasks(id)).size();
    assertThat(recorded).isGreaterThanOrEqualTo(finished);
    List<Long> doneOffsets =
        house.catalog.query(new CatalogQuery.GetTasks(id)).stream()
            .map(task -> task.inputOffset())
            .toList();
    int before = house.copy.begun().size();
    house.restart();
    house.copy.letAll();
    assertThat(house.jobs().progress(id).job().state().ended()).isFalse();
    assertThat(house.jobs().resumeAll()).isEqualTo(1);
    assertThat(house.jobs().resumeAll()).isZero();
    assertThat(house.output(id)).asString(UTF_8).isEqualTo(TEXT);
    List<Long> after = house.copy.begun();
    assertThat(after.subList(before, after.size())).doesNotContainAnyElementsOf(doneOffsets);
    assertThat(house.store.bytes(house.published(house.awaitEnd(id))))
        .asString(UTF_8)
        .isEqualTo(TEXT);
  }

  @Test
  void aJobWhoseInputIsGoneAfterARestartFailsWithTheReason() {
    ObjectRef input = house.put("in", TEXT);
    JobId id = house.submit("copy", input);
    house.restart();
    house.catalog.execute(
        new CatalogCommand.DestroyVersion(
            input.bucket(), input.key(), input.version().orElseThrow()));
    assertThat(house.jobs().resumeAll()).isZero();
    assertThat(house.jobs().progress(id).job().state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void publishesOnceWhenAnswersAreLostOrRefused() {
    house.copy.letAll();
    ObjectRef input = house.put("in", "x");
    JobId lost = house.submit("copy", input);
    house.awaitEnd(lost);
    for (int round = 0; round < 3; round++) {
      house.copy.let(_ -> false);
      JobId id = house.submit("copy", input);
      if (round == 0) {
        house.catalog.loseReplies(2);
      } else if (round == 1) {
        house.catalog.refuseNext(ErrorCode.UNAVAILABLE);
        house.catalog.refuseNext(ErrorCode.NOT_LEADER);
      } else {
        house.catalog.refuseNext(ErrorCode.TIMEOUT);
        house.catalog.loseReplies(1);
      }
      house.copy.letAll();
      JobProgress end = house.awaitEnd(id);
      assertThat(end.job().state()).isEqualTo(JobState.SUCCEEDED);
      assertThat(end.job().output().orElseThrow().value()).isEqualTo(id.value());
      assertThat(house.store.bytes(house.published(end))).asString(UTF_8).isEqualTo("x");
    }
  }

  @Test
  void anAnswerThatCannotBePublishedFailsTheJob() {
    house.copy.letAll();
    ObjectRef input = house.put("in", "x");
    house.copy.let(_ -> false);
    JobId id = house.submit("copy", input);
    house.catalog.refuseNext(ErrorCode.NO_SUCH_BUCKET);
    house.copy.letAll();
    JobProgress end = house.awaitEnd(id);
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertNothingLeft();
  }

  @Test
  void finishedTasksAreRecordedInBatches() {
    house.copy.letAll();
    JobId id = house.submit("copy", house.put("in", "x".repeat(20_000)));
    JobProgress end = house.awaitEnd(id);
    long entries =
        house.catalog.executed().stream()
            .filter(CatalogCommand.RecordTasks.class::isInstance)
            .count();
    assertThat(end.piecesTotal()).isGreaterThan(50);
    assertThat(entries).isLessThanOrEqualTo(end.piecesTotal() / 10);
  }

  @Test
  void manyJobsAtOnceAllGetTheirOwnAnswer() {
    house.copy.letAll();
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 60; i++) {
        String text = TEXT.repeat(1 + i % 7) + i;
        String program = i % 3 == 0 ? "count -c" : i % 3 == 1 ? "copy" : "checksum crc32c";
        ObjectRef input = house.put("in " + i, text);
        boolean copies = program.equals("copy");
        clients.add(
            CompletableFuture.runAsync(
                () -> {
                  byte[] answer = house.output(house.submit(program, input));
                  if (copies) {
                    assertThat(answer).asString(UTF_8).isEqualTo(text);
                  } else {
                    assertThat(answer).asString(UTF_8).contains(input.key().value());
                  }
                },
                threads));
      }
      clients.forEach(CompletableFuture::join);
    }
    assertThat(house.jobs().list())
        .hasSize(60)
        .allMatch(progress -> progress.job().state() == JobState.SUCCEEDED);
  }

  @Test
  void aYoungJobGetsTheNextSlot() throws Exception {
    house.submit("copy", house.put("old", TEXT));
    house.copy.awaitBegun(2);
    house.submit("count", house.put("young", "x"));
    JobId young = house.submit("copy", house.put("young copy", "yy"));
    house.copy.let(offset -> offset == 0);
    JobProgress progress = house.awaitPieces(young, 1);
    assertThat(progress.piecesDone()).isPositive();
  }

  @Test
  void aSmallJobNeedNotWaitForTheTasksOfALargeOne() throws Exception {
    JobId large = house.submit("copy", house.put("large", TEXT));
    house.copy.awaitBegun(JobHouse.SLOTS);
    JobId small = house.submit("count -c", house.put("small", "x"));
    assertThat(house.output(small)).asString(UTF_8).isEqualTo("1 small\n");
    assertThat(house.jobs().progress(large).piecesDone()).isZero();
    house.copy.letAll();
    assertThat(house.output(large)).asString(UTF_8).isEqualTo(TEXT);
  }

  @Test
  void awaitReturnsWithTheNextRevisionOrWhenTheTimeIsUp() throws Exception {
    JobId id = house.submit("copy", house.put("in", TEXT));
    house.copy.awaitBegun(2);
    JobProgress now = house.jobs().progress(id);
    assertThat(house.jobs().await(id, now.revision(), Duration.ZERO).job().id()).isEqualTo(id);
    assertThat(now.remaining()).isEmpty();
    CompletableFuture<JobProgress> next =
        CompletableFuture.supplyAsync(
            () -> house.jobs().await(id, now.revision(), Duration.ofMinutes(1)),
            Thread::startVirtualThread);
    house.copy.letAll();
    assertThat(next.join().revision()).isGreaterThan(now.revision());
    JobProgress end = house.awaitEnd(id);
    assertThat(house.jobs().await(id, end.revision(), Duration.ofMinutes(1))).isEqualTo(end);
    house.restart();
    assertThat(house.jobs().await(id, end.revision(), Duration.ofMinutes(1)).job().state())
        .isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void knowsJobsOfAnEarlierRunFromTheCatalog() {
    house.copy.letAll();
    JobId id = house.submit("copy", house.put("in", TEXT));
    house.awaitEnd(id);
    house.restart();
    assertThat(house.jobs().progress(id).outputBytes()).isEqualTo(TEXT.length());
    assertThat(house.jobs().list()).extracting(p -> p.job().id()).containsExactly(id);
    assertThat(house.output(id)).asString(UTF_8).isEqualTo(TEXT);
    JobId unknown = new JobId(new dev.millrace.base.Id128(1, 1));
    assertFails(() -> house.jobs().progress(unknown), ErrorCode.NO_SUCH_JOB);
    assertFails(() -> house.output(unknown), ErrorCode.NO_SUCH_JOB);
    assertFails(() -> house.jobs().cancel(unknown), ErrorCode.NO_SUCH_JOB);
  }

  @Test
  void chunksOfAPublishedAnswerAreCountedAndNoneIsLeftOver() {
    house.copy.letAll();
    JobProgress end = house.awaitEnd(house.submit("copy", house.put("in", TEXT.repeat(50))));
    Content.Chunked answer = (Content.Chunked) house.published(end).content();
    assertThat(house.catalog.knownChunks())
        .containsAll(answer.manifest().extents().stream().map(Extent::chunk).toList());
    assertThat(house.catalog.knownChunks()).containsAll(house.store.chunks());
  }

  @Test
  void describesItsInstructions() {
    assertThat(house.jobs().instructions())
        .extracting(info -> info.name())
        .contains("checksum", "compress", "copy", "count", "decompress", "grep");
  }
}
