package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Provenance;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ReuseTest {
  private final JobHouse house = new JobHouse();

  @AfterEach
  void close() {
    house.close();
  }

  private static JobRequest with(JobRequest request, JobRequest.Reuse reuse) {
    return new JobRequest(
        request.program(),
        request.inputs(),
        request.labels(),
        request.outputBucket(),
        request.outputKey(),
        reuse);
  }

  private static JobRequest unnamed(JobRequest request) {
    return new JobRequest(
        request.program(), request.inputs(), request.labels(), Optional.empty(), Optional.empty());
  }

  private JobProgress run(JobRequest request) {
    return house.awaitEnd(house.jobs().submit(request).job().id());
  }

  private void assertComputed(JobProgress progress) {
    assertThat(progress.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(progress.job().reusedFrom()).isEmpty();
  }

  private ObjectRef answer(JobProgress progress) {
    return new ObjectRef(
        progress.job().spec().outputBucket(),
        progress.job().spec().outputKey(),
        progress.job().output());
  }

  @Test
  void theSameJobAgainIsAnsweredFromItsRecord() {
    JobRequest request = JobHouse.request("count -w", house.put("in", "one two three\n"));
    JobProgress first = run(request);
    assertComputed(first);
    Provenance provenance = first.job().provenance().orElseThrow();
    assertThat(provenance.nodes()).containsExactly(new NodeId(new Id128(0, 1)));

    int chunks = house.store.chunks().size();
    JobProgress again = house.jobs().submit(request);
    assertThat(again.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(again.job().reusedFrom()).contains(first.job().id());
    assertThat(again.job().id()).isNotEqualTo(first.job().id());
    assertThat(again.job().spec().program()).isEqualTo(request.program());
    assertThat(again.job().provenance().orElseThrow().program()).isEqualTo(provenance.program());
    assertThat(again.outputBytes()).isEqualTo(first.outputBytes());
    assertThat(house.store.chunks()).as("no byte was written").hasSize(chunks);
    assertThat(house.output(again.job().id())).asString(UTF_8).isEqualTo("3 in\n");
    assertThat(house.published(again).producer()).contains(again.job().id());

    house.restart();
    assertThat(house.jobs().resumeAll()).isZero();
    assertThat(run(request).job().reusedFrom())
        .as("always the job that computed it")
        .contains(first.job().id());
    assertThat(house.jobs().progress(again.job().id()).job()).isEqualTo(again.job());
  }

  @Test
  void itCostsNoLookAtTheInputs() {
    List<ObjectRef> inputs = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      inputs.add(house.put("in" + i, "x"));
    }
    JobRequest request = JobHouse.request("count", inputs.toArray(ObjectRef[]::new));
    run(request);
    long before = house.catalog.queries();
    int commands = house.catalog.executed().size();
    JobProgress again = house.jobs().submit(request);
    assertThat(again.job().reusedFrom()).isPresent();
    assertThat(house.catalog.queries() - before).isLessThan(5);
    assertThat(house.catalog.executed()).hasSize(commands + 1);
    assertThat(house.catalog.query(new CatalogQuery.GetJob(again.job().id())).spec().inputs())
        .isEmpty();
    // Without versions it has to look which are meant, and comes to the same.
    JobRequest current =
        JobHouse.request(
            "count",
            inputs.stream()
                .map(ref -> ObjectRef.current(ref.bucket(), ref.key()))
                .toArray(ObjectRef[]::new));
    assertThat(run(current).job().reusedFrom()).isPresent();
  }

  @Test
  void theAnswerGoesWhereItIsWanted() {
    house.catalog.withBucket("other", new StoragePolicy.Replicated(1));
    house.copy.letAll();
    ObjectRef in = house.put("in", "The mill grinds slowly.");
    JobRequest request = JobHouse.request("copy", in);
    JobProgress first = run(request);
    JobRequest elsewhere =
        new JobRequest(
            request.program(),
            request.inputs(),
            request.labels(),
            Optional.of(new BucketName("other")),
            Optional.of(new ObjectKey("there")));
    JobProgress second = run(elsewhere);
    assertThat(second.job().reusedFrom()).contains(first.job().id());
    assertThat(answer(second).toString()).startsWith("other/there@");
    assertThat(house.published(second).content()).isEqualTo(house.published(first).content());
    assertThat(house.output(second.job().id()))
        .asString(UTF_8)
        .isEqualTo("The mill grinds slowly.");
    JobProgress kept = run(unnamed(request));
    assertThat(kept.job().reusedFrom()).contains(first.job().id());
    assertThat(answer(kept).toString()).startsWith(".results/" + kept.job().id());
    JobRequest nowhere =
        new JobRequest(
            request.program(),
            request.inputs(),
            request.labels(),
            Optional.of(new BucketName("nowhere")),
            Optional.of(new ObjectKey("there")));
    assertThatThrownBy(() -> house.jobs().submit(nowhere))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SUCH_BUCKET));
  }

  @Test
  void whatDiffersIsComputed() {
    ObjectRef in = house.put("in", "one two\n");
    run(JobHouse.request("count", in));
    assertComputed(run(JobHouse.request("count -l", in)));
    assertComputed(run(JobHouse.request("checksum", in)));
    assertComputed(run(JobHouse.request("count", in, in)));
    JobRequest request = JobHouse.request("count", in);
    JobProgress labelled =
        run(
            new JobRequest(
                request.program(),
                request.inputs(),
                List.of("another"),
                request.outputBucket(),
                request.outputKey()));
    assertComputed(labelled);
    assertThat(house.output(labelled.job().id())).asString(UTF_8).contains("another");
    house.put("in", "one two\n"); // a version is its own, also when its bytes are not
    assertComputed(run(JobHouse.request("count", ObjectRef.current(in.bucket(), in.key()))));
  }

  @Test
  void freshComputesAndIsTheAnswerFromThenOn() {
    JobRequest request = JobHouse.request("count", house.put("in", "x"));
    JobProgress first = run(request);
    JobProgress fresh = run(with(request, JobRequest.Reuse.FRESH));
    assertComputed(fresh);
    assertThat(run(request).job().reusedFrom()).contains(fresh.job().id());
    JobProgress apart = run(with(request, JobRequest.Reuse.APART));
    assertComputed(apart);
    assertThat(apart.job().provenance().orElseThrow().result()).isEmpty();
    assertThat(run(request).job().reusedFrom()).contains(fresh.job().id());
    assertThat(first.job().provenance().orElseThrow().result())
        .isEqualTo(fresh.job().provenance().orElseThrow().result());
  }

  @Test
  void anAnswerThatIsGoneIsComputedAgain() {
    JobRequest request = JobHouse.request("count", house.put("in", "x"));
    JobProgress first = run(request);
    ObjectRef gone = answer(first);
    house.catalog.execute(
        new CatalogCommand.DestroyVersion(gone.bucket(), gone.key(), gone.version().orElseThrow()));
    JobProgress second = run(request);
    assertComputed(second);
    assertThat(run(request).job().reusedFrom()).contains(second.job().id());
  }

  @Test
  void whatFailedOrWasCancelledIsRunAgain() {
    JobRequest bad = JobHouse.request("decompress", house.put("in", "no such format"));
    assertThat(run(bad).job().state()).isEqualTo(JobState.FAILED);
    assertThat(run(bad).job().state()).isEqualTo(JobState.FAILED);
    JobRequest waits = JobHouse.request("copy", house.put("w", "x"));
    JobId id = house.jobs().submit(waits).job().id();
    house.jobs().cancel(id);
    house.copy.letAll();
    assertComputed(run(waits));
  }

  @Test
  void aLostReplyIsNoHarm() {
    JobRequest request = JobHouse.request("count", house.put("in", "x"));
    run(request);
    house.catalog.loseReplies(2);
    JobProgress again = house.jobs().submit(request);
    assertThat(again.job().reusedFrom()).isPresent();
    assertThat(house.jobs().list()).hasSize(2);
    assertThat(house.catalog.query(new CatalogQuery.GetVersion(answer(again))))
        .isInstanceOf(StoredVersion.class);
  }

  @Test
  void anOlderProgramsFinishedTasksAreNotContinued() {
    JobRequest request = JobHouse.request("count", house.put("in", "x"));
    JobId id = new JobId(new Id128(3, 3));
    var spec =
        new dev.millrace.model.JobSpec(
            request.program(), request.inputs(), request.labels(), JobHouse.BUCKET, JobHouse.OUT);
    Sha256 older = ResultKey.program(request.program(), _ -> 0);
    house.catalog.execute(
        new CatalogCommand.AcceptJob(
            id,
            spec,
            house.store.newDataKey(),
            Optional.of(Provenance.of(older, Optional.of(older)))));
    assertThat(house.jobs().resumeAll()).isZero();
    JobProgress ended = house.jobs().progress(id);
    assertThat(ended.job().state()).isEqualTo(JobState.FAILED);
    assertThat(ended.job().failure().orElseThrow()).contains("another version now");
  }

  @Test
  void aJobThatGoesOnAfterARestartIsRecordedToo() {
    JobRequest request = JobHouse.request("copy", house.put("in", "The mill grinds slowly."));
    JobId id = house.jobs().submit(request).job().id();
    house.restart();
    house.copy.letAll();
    assertThat(house.jobs().resumeAll()).isEqualTo(1);
    assertComputed(house.awaitEnd(id));
    assertThat(run(request).job().reusedFrom()).contains(id);
  }
}
