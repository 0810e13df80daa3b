package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Jobs.PrefixInput;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Inputs that are named by a prefix.
@Timeout(120)
final class PrefixReuseTest {
  private final JobHouse house = new JobHouse();
  private long versions;

  @AfterEach
  void close() {
    house.close();
  }

  private static PrefixInput prefix(int before, String prefix) {
    return new PrefixInput(before, JobHouse.BUCKET, prefix, "mr://files/");
  }

  private static JobRequest request(
      JobRequest.Reuse reuse, List<ObjectRef> inputs, PrefixInput... prefixes) {
    return new JobRequest(
        new Program.Instruction("count", List.of("-c")),
        inputs,
        inputs.stream().map(ref -> ref.key().value()).toList(),
        Optional.of(JobHouse.BUCKET),
        Optional.of(JobHouse.OUT),
        JobOptions.USUAL,
        reuse,
        List.of(prefixes));
  }

  private static JobRequest request(PrefixInput... prefixes) {
    return request(JobRequest.Reuse.ALLOWED, List.of(), prefixes);
  }

  private JobProgress run(JobRequest request) {
    JobProgress end = house.awaitEnd(house.jobs().submit(request).job().id());
    assertThat(end.job().state()).as("%s", end.job().failure()).isEqualTo(JobState.SUCCEEDED);
    return end;
  }

  private Job recorded(JobProgress progress) {
    return house.catalog.query(new CatalogQuery.GetJob(progress.job().id()));
  }

  private String answer(JobProgress progress) {
    return new String(house.output(progress.job().id()), UTF_8);
  }

  @Test
  void allUnderAPrefixAreInputsInOrder() {
    ObjectRef a = house.put("x", "1");
    house.put("p/b", "22");
    house.put("p/a", "333");
    house.put("p", "none of it");
    ObjectRef c = house.put("y", "4444");
    JobProgress end =
        run(request(JobRequest.Reuse.ALLOWED, List.of(a, c), prefix(1, "p/"), prefix(2, "p/b")));
    assertThat(answer(end).lines().map(String::strip))
        .containsExactly(
            "1 x", "3 mr://files/p/a", "2 mr://files/p/b", "4 y", "2 mr://files/p/b", "12 total");
    assertThat(recorded(end).spec().inputs()).allMatch(ref -> ref.version().isPresent()).hasSize(5);
  }

  @Test
  void anUnchangedPrefixCostsNoLookAtWhatLiesThere() {
    for (int i = 0; i < 2500; i++) {
      house.put("p/" + i, "x");
    }
    JobProgress first = run(request(prefix(0, "p/")));
    assertThat(first.job().reusedFrom()).isEmpty();
    long before = house.catalog.queries();
    JobProgress again = house.jobs().submit(request(prefix(0, "p/")));
    assertThat(again.job().reusedFrom()).contains(first.job().id());
    assertThat(recorded(again).spec().inputs()).isEmpty();
    // The answer itself lies in the same bucket, beside the prefix.
    assertThat(house.catalog.queries() - before).isLessThan(8);
    // Another process has to list it once.
    house.restart();
    assertThat(run(request(prefix(0, "p/"))).job().reusedFrom()).contains(first.job().id());
    before = house.catalog.queries();
    assertThat(house.jobs().submit(request(prefix(0, "p/"))).job().reusedFrom()).isPresent();
    assertThat(house.catalog.queries() - before).isLessThan(8);
  }

  @Test
  void whatIsNotThereOrOutOfOrderIsRefused() {
    house.put("p/a", "x");
    refused(request(prefix(0, "q/")), ErrorCode.NO_SUCH_KEY, "mr://files/q/: no key begins");
    PrefixInput nowhere = new PrefixInput(0, new BucketName("nowhere"), "", "");
    refused(request(nowhere), ErrorCode.NO_SUCH_BUCKET, "");
    refused(request(prefix(1, "p/")), ErrorCode.INVALID_ARGUMENT, "can't stand before input 1");
    refused(
        request(new PrefixInput(0, JobHouse.BUCKET, "p/", "\0")),
        ErrorCode.INVALID_ARGUMENT,
        "NUL character");
    refused(request(), ErrorCode.INVALID_ARGUMENT, "there is none");
  }

  private void refused(JobRequest request, ErrorCode code, String message) {
    assertThatThrownBy(() -> house.jobs().submit(request))
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  /// Whatever happens below and beside prefixes, an answer is the one that a job by itself has, and
  /// a job is run only when what it lists was never listed before.
  @Test
  void answersAreThoseOfAFreshRun() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("answersAreThoseOfAFreshRun"));
    house.catalog.withBucket("results", new StoragePolicy.Replicated(1));
    Map<List<Object>, JobProgress> seen = new HashMap<>();
    List<ObjectRef> there = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      there.add(house.put("a/" + i, "x".repeat(i)));
      there.add(house.put("b/" + i, "y"));
    }
    int reused = 0;
    for (int round = 0; round < Seeds.rounds(300); round++) {
      change(random, there);
      PrefixInput prefix = prefix(0, random.nextBoolean() ? "a/" : random.nextBoolean() ? "" : "b");
      List<Listed> listed =
          house
              .catalog
              .query(
                  new CatalogQuery.ListObjects(ListRequest.all(JobHouse.BUCKET, prefix.prefix())))
              .entries();
      if (listed.isEmpty()) {
        refused(elsewhere(request(prefix)), ErrorCode.NO_SUCH_KEY, "");
        continue;
      }
      JobProgress given = run(elsewhere(request(prefix)));
      List<Object> set =
          List.of(
              prefix, listed.stream().map(entry -> List.of(entry.key(), entry.version())).toList());
      JobProgress before = seen.putIfAbsent(set, given);
      assertThat(given.job().reusedFrom().isPresent())
          .as("round %d: %s", round, set)
          .isEqualTo(before != null);
      reused += before == null ? 0 : 1;
      JobProgress fresh = run(elsewhere(request(JobRequest.Reuse.APART, List.of(), prefix)));
      assertThat(answer(given)).as("round %d", round).isEqualTo(answer(fresh));
    }
    assertThat(reused).as("otherwise nothing was tried").isPositive();
  }

  private static JobRequest elsewhere(JobRequest request) {
    return new JobRequest(
        request.program(),
        request.inputs(),
        request.labels(),
        Optional.of(new BucketName("results")),
        request.outputKey(),
        request.options(),
        request.reuse(),
        request.prefixes());
  }

  private void change(SplittableRandom random, List<ObjectRef> there) {
    String key = (random.nextBoolean() ? "a/" : "b/") + random.nextInt(4);
    switch (random.nextInt(6)) {
      case 0 -> there.add(house.put(key, "z".repeat(random.nextInt(5))));
      case 1 -> {
        VersionId id = new VersionId(new Id128(0, ++versions));
        house.catalog.execute(
            new CatalogCommand.AddDeleteMarker(JobHouse.BUCKET, new ObjectKey(key), id));
        there.add(new ObjectRef(JobHouse.BUCKET, new ObjectKey(key), Optional.of(id)));
      }
      case 2 -> {
        if (!there.isEmpty()) {
          ObjectRef ref = there.remove(random.nextInt(there.size()));
          house.catalog.execute(
              new CatalogCommand.DestroyVersion(
                  ref.bucket(), ref.key(), ref.version().orElseThrow()));
        }
      }
      default -> {} // nothing changes
    }
  }

  @Test
  void whatChangesWhileItIsListedIsNotRemembered() {
    house.put("p/a", "1");
    Prefixes prefixes =
        new Prefixes(new ChangingCatalog(house.catalog, () -> house.put("p/b", "22")), 10);
    InputParts.Prefixed first = prefixes.look(prefix(0, "p/"));
    InputParts.Prefixed second = prefixes.look(prefix(0, "p/"));
    assertThat(first.refs().orElseThrow()).hasSize(1);
    assertThat(second.refs().orElseThrow()).as("listed again").hasSize(2);
    assertThat(second.digest()).isNotEqualTo(first.digest());
    InputParts.Prefixed third = prefixes.look(prefix(0, "p/"));
    assertThat(third.refs()).as("known now").isEmpty();
    assertThat(third.digest()).isEqualTo(second.digest());
    for (int i = 0; i < 10; i++) {
      house.put("p/" + i, "");
    }
    assertThatThrownBy(() -> prefixes.look(prefix(0, "p/")))
        .hasMessageContaining("more than the 10 inputs");
  }
}
