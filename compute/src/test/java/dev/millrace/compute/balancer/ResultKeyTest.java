package dev.millrace.compute.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Id128;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.Sha256;
import dev.millrace.model.VersionId;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ResultKeyTest {
  private static ObjectRef ref(String bucket, String key, long version) {
    return new ObjectRef(
        new BucketName(bucket),
        new ObjectKey(key),
        Optional.of(new VersionId(new Id128(1, version))));
  }

  private static Sha256 key(
      String name,
      int semantics,
      List<String> arguments,
      List<ObjectRef> inputs,
      List<String> labels) {
    Program program = new Program.Instruction(name, arguments);
    return ResultKey.result(
        program, ResultKey.program(program, _ -> semantics), inputs(inputs, labels));
  }

  private static Sha256 inputs(List<ObjectRef> inputs, List<String> labels) {
    ResultKey.Inputs digest = new ResultKey.Inputs();
    digest.exact(inputs, labels);
    return digest.digest();
  }

  @Test
  void everythingThatTheAnswerDependsOnMakesAnotherKey() {
    List<Sha256> keys = new ArrayList<>();
    ObjectRef a = ref("box", "a", 1);
    ObjectRef b = ref("box", "b", 2);
    keys.add(key("count", 1, List.of(), List.of(a, b), List.of("a", "b")));
    keys.add(key("counts", 1, List.of(), List.of(a, b), List.of("a", "b")));
    keys.add(key("count", 2, List.of(), List.of(a, b), List.of("a", "b")));
    keys.add(key("count", 1, List.of("-l"), List.of(a, b), List.of("a", "b")));
    keys.add(key("count", 1, List.of("-l", "-w"), List.of(a, b), List.of("a", "b")));
    keys.add(key("count", 1, List.of("-l-w"), List.of(a, b), List.of("a", "b")));
    keys.add(key("count", 1, List.of(), List.of(b, a), List.of("a", "b")));
    keys.add(key("count", 1, List.of(), List.of(a, b), List.of("b", "a")));
    keys.add(key("count", 1, List.of(), List.of(a, b), List.of("ab", "")));
    keys.add(key("count", 1, List.of(), List.of(a), List.of("a")));
    keys.add(key("count", 1, List.of(), List.of(a, ref("box", "b", 3)), List.of("a", "b")));
    keys.add(key("count", 1, List.of(), List.of(a, ref("bex", "b", 2)), List.of("a", "b")));
    keys.add(key("count", 1, List.of(), List.of(a, ref("box", "c", 2)), List.of("a", "b")));
    assertThat(keys).doesNotHaveDuplicates();
    assertThat(key("count", 1, List.of(), List.of(a, b), List.of("a", "b")))
        .isEqualTo(keys.getFirst());
  }

  @Test
  void keysStayWhatTheyAre() {
    // A key that changes makes every recorded answer useless: raise the version in its text then.
    assertThat(key("count", 1, List.of("-l"), List.of(ref("box", "a", 7)), List.of("ä")).toString())
        .isEqualTo("fca8b7fa18cc830441fa68c3922db3266386cd035b8d7a747914b0f3c16b56d1");
  }

  private record Job(
      String name,
      int semantics,
      List<String> arguments,
      List<ObjectRef> inputs,
      List<String> labels) {}

  @Test
  void differentJobsHaveDifferentKeys() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("differentJobsHaveDifferentKeys"));
    Map<Sha256, Job> known = new HashMap<>();
    for (int i = 0; i < Seeds.rounds(3000); i++) {
      List<ObjectRef> inputs = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      for (int n = random.nextInt(3); n > 0; n--) {
        inputs.add(
            ref(random.nextBoolean() ? "box" : "boxx", "k" + random.nextInt(2), random.nextInt(2)));
        labels.add("x".repeat(random.nextInt(3)));
      }
      List<String> arguments = new ArrayList<>();
      for (int n = random.nextInt(3); n > 0; n--) {
        arguments.add("x".repeat(random.nextInt(3)));
      }
      Job job =
          new Job(
              "p" + "x".repeat(random.nextInt(2)), random.nextInt(2), arguments, inputs, labels);
      Job other =
          known.put(
              key(job.name(), job.semantics(), job.arguments(), job.inputs(), job.labels()), job);
      assertThat(other == null || other.equals(job)).as("%s and %s", other, job).isTrue();
    }
  }
}
