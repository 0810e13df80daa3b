package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Explanation;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectRef;
import dev.millrace.net.CatalogCommand;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class OriginsTest {
  private final JobHouse house = new JobHouse();
  private final ObjectRef a = house.put("a", "one two\n");
  private final ObjectRef b = house.put("b", "three\n");

  @AfterEach
  void close() {
    house.close();
  }

  private JobProgress run(JobRequest request) {
    return house.awaitEnd(house.jobs().submit(request).job().id());
  }

  private void destroy(ObjectRef ref) {
    house.catalog.execute(
        new CatalogCommand.DestroyVersion(ref.bucket(), ref.key(), ref.version().orElseThrow()));
  }

  @Test
  void anAnswerIsExplainedByTheJobThatComputedIt() {
    JobRequest request = JobHouse.request("count -l", a, b);
    JobProgress first = run(request);
    Explanation own = house.jobs().explain(first.job().id(), 20);
    assertThat(own.job()).isEqualTo(own.computed());
    assertThat(own.job().spec().inputs()).as("not twice").isEmpty();
    assertThat(own.inputCount()).isEqualTo(2);
    assertThat(own.inputs())
        .containsExactly(
            new Explanation.Input(a, "a", Optional.of(8L)),
            new Explanation.Input(b, "b", Optional.of(6L)));
    assertThat(own.ancestors()).isEmpty();
    assertThat(own.computed().provenance().orElseThrow().nodes())
        .containsExactly(new NodeId(new Id128(0, 1)));

    JobProgress again = run(request);
    destroy(b);
    Explanation given = house.jobs().explain(again.job().id(), 20);
    assertThat(given.job().id()).isEqualTo(again.job().id());
    assertThat(given.computed()).isEqualTo(own.computed());
    assertThat(given.inputs())
        .containsExactly(
            new Explanation.Input(a, "a", Optional.of(8L)),
            new Explanation.Input(b, "b", Optional.empty()));
    assertThat(given.ancestors()).containsExactly(new Explanation.Ancestor(first.job().id(), true));
    Explanation few = house.jobs().explain(again.job().id(), 1);
    assertThat(few.inputs()).hasSize(1);
    assertThat(few.inputCount()).isEqualTo(2);
    assertThatThrownBy(() -> house.jobs().explain(new JobId(new Id128(9, 9)), 1))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SUCH_JOB));
  }

  @Test
  void aJobIsRunAgainByItself() {
    JobRequest request = JobHouse.request("count -l", a, b);
    run(request);
    JobProgress reused = run(request);
    JobProgress again = house.awaitEnd(house.jobs().again(reused.job().id()).job().id());
    assertThat(again.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(again.job().reusedFrom()).isEmpty();
    assertThat(house.jobs().explain(again.job().id(), 20).inputs())
        .extracting(Explanation.Input::ref)
        .containsExactly(a, b);
    assertThat(again.job().spec().outputBucket()).isEqualTo(BucketName.RESULTS);
    assertThat(house.output(again.job().id())).asString(UTF_8).isEqualTo(" 1 a\n 1 b\n 2 total\n");
    assertThat(run(request).job().reusedFrom())
        .as("as before")
        .isEqualTo(reused.job().reusedFrom());
  }

  @Test
  void aJobWhoseInputIsGoneIsNotRunAgain() {
    JobProgress first = run(JobHouse.request("count -l", a, b));
    destroy(b);
    assertThatThrownBy(() -> house.jobs().again(first.job().id()))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SUCH_VERSION))
        .hasMessageContaining("files/b@")
        .hasMessageContaining("destroyed since: it can't be run again");
  }
}
