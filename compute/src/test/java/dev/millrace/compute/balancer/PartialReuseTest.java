package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.client.Explanation;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.StoragePolicy;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Jobs that take parts of their answer over from an earlier one.
@Timeout(300)
final class PartialReuseTest {
  private static final int MIB = (int) ByteUnits.MIB;
  private static final List<String> PROGRAMS =
      List.of(
          "count",
          "count -l",
          "checksum",
          "checksum md5",
          "checksum crc32c",
          "grep e",
          "grep -c e",
          "grep -n e",
          "cut -c 1-3",
          "head -n 2",
          "uniq",
          "sample -p 50",
          "decompress",
          "exec LINES 0 sed s/$/e/",
          "exec LINES 1 tail -n +2",
          "exec RECORDS 0 sed s/$/e/",
          "exec BYTES 0 tr a-e A-E",
          "exec WHOLE 0 wc",
          "exec LINES 0 grep -c e => awk '{s+=$1}END{print+s}'",
          "exec LINES 1 grep -o d.d => sort",
          "exec RECORDS 0 tr -dc xy => wc",
          "exec WHOLE 0 cksum => sort");

  private final JobHouse house = new JobHouse();

  @BeforeEach
  void makeBucket() {
    house.catalog.execute(
        new CatalogCommand.CreateBucket(BucketName.PIECES, new StoragePolicy.Replicated(1)));
  }

  @AfterEach
  void close() {
    house.close();
  }

  private static JobRequest request(
      JobRequest.Reuse reuse, String program, List<ObjectRef> inputs) {
    return new JobRequest(
        program(List.of(program.split(" "))),
        inputs,
        inputs.stream().map(ref -> ref.key().value()).toList(),
        Optional.of(JobHouse.BUCKET),
        Optional.of(JobHouse.OUT),
        reuse);
  }

  /// An instruction, or `exec UNIT HEADER COMMAND`, with ` => COMMAND` for what combines.
  private static Program program(List<String> words) {
    if (!words.getFirst().equals("exec")) {
      return new Program.Instruction(words.getFirst(), words.subList(1, words.size()));
    }
    Cut.Unit unit = Cut.Unit.valueOf(words.get(1));
    Cut cut = new Cut(unit, Integer.parseInt(words.get(2)), unit == Cut.Unit.RECORDS ? "e" : "");
    List<String> commands = List.of(String.join(" ", words.subList(3, words.size())).split(" => "));
    Optional<String> reduce =
        commands.size() > 1 ? Optional.of(commands.getLast()) : Optional.empty();
    return new Program.Executable(commands.getFirst(), cut, reduce, false, List.of());
  }

  private JobProgress run(String program, List<ObjectRef> inputs) {
    return house.awaitEnd(
        house.jobs().submit(request(JobRequest.Reuse.ALLOWED, program, inputs)).job().id());
  }

  private JobProgress alone(String program, List<ObjectRef> inputs) {
    return house.awaitEnd(
        house.jobs().submit(request(JobRequest.Reuse.APART, program, inputs)).job().id());
  }

  private static Optional<JobId> tookFrom(JobProgress progress) {
    return progress.job().provenance().orElseThrow().tookFrom();
  }

  private static byte[] text(SplittableRandom random, int length) {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      int number = random.nextInt(20);
      text[i] = (byte) (number == 0 ? '\n' : number < 4 ? ' ' : 'a' + number - 4);
    }
    return text;
  }

  @Test
  void anAddedInputComputesOnlyItself() {
    SplittableRandom random = new SplittableRandom(3);
    List<ObjectRef> inputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      inputs.add(house.put("in" + i, closed(text(random, 3 * MIB + i), "\n")));
    }
    String reduced = "exec LINES 0 grep -c e => awk '{s+=$1}END{print+s}'";
    for (String program : List.of("count", "grep e", "checksum", reduced)) {
      JobProgress first = run(program, inputs);
      assertThat(tookFrom(first)).isEmpty();
      List<ObjectRef> more = new ArrayList<>(inputs);
      // Behind the others: how many of them share a piece goes by how long they took.
      more.add(house.put("added", closed(text(random, MIB - 1), "\n")));
      int commands = house.catalog.executed().size();
      JobProgress second = run(program, more);
      assertThat(tookFrom(second)).contains(first.job().id());
      assertThat(ranBytes(commands)).as(program).isEqualTo(MIB);
      assertThat(house.output(second.job().id()))
          .isEqualTo(house.output(alone(program, more).job().id()));
      assertThat(house.jobs().explain(second.job().id(), 0).ancestors())
          .containsExactly(new Explanation.Ancestor(first.job().id(), false));
      // The next one has all of it.
      assertThat(run(program, more).job().reusedFrom()).contains(second.job().id());
    }
    assertThat(house.store.chunks()).isNotEmpty();
  }

  private static byte[] closed(byte[] text, String line) {
    byte[] end = line.getBytes(US_ASCII);
    byte[] closed = Arrays.copyOf(text, text.length + end.length);
    System.arraycopy(end, 0, closed, text.length, end.length);
    return closed;
  }

  @Test
  void oneInputServesWhenASecondIsAdded() {
    SplittableRandom random = new SplittableRandom(5);
    String line = "a line\n";
    for (boolean before : new boolean[] {false, true}) {
      for (String program :
          List.of(
              "count", "checksum", "checksum crc32c", "cut -c2", "exec LINES 0 cat", "grep -c a")) {
        ObjectRef first = house.put("first", closed(text(random, MIB), line));
        ObjectRef second = house.put("second", closed(text(random, MIB), line));
        JobProgress alone = run(program, List.of(first));
        List<ObjectRef> both = before ? List.of(second, first) : List.of(first, second);
        int commands = house.catalog.executed().size();
        JobProgress added = run(program, both);
        if (program.startsWith("grep")) { // names its inputs only where they are several
          assertThat(tookFrom(added)).as(program).isEmpty();
        } else {
          assertThat(tookFrom(added)).as(program).contains(alone.job().id());
          assertThat(ranBytes(commands)).as(program).isEqualTo(MIB + line.length());
        }
        assertThat(house.output(added.job().id()))
            .as(program)
            .isEqualTo(house.output(alone(program, both).job().id()));
      }
    }
  }

  /// The input of tasks that were run and not taken over, of the last job since.
  private long ranBytes(int since) {
    List<CatalogCommand<?>> commands = house.catalog.executed();
    long taken = 0;
    long all = 0;
    for (CatalogCommand<?> command : commands.subList(since, commands.size())) {
      if (command instanceof CatalogCommand.AcceptJob accept) {
        taken =
            accept.takeOver().orElseThrow().results().stream()
                .mapToLong(result -> result.inputBytes())
                .sum();
      }
      if (command instanceof CatalogCommand.PublishJob publish) {
        all =
            publish.parts().orElseThrow().groups().stream()
                .mapToLong(group -> group.inputBytes())
                .sum();
      }
    }
    return all - taken;
  }

  @Test
  void answersAreThoseOfAFreshRunWhateverBecomesOfTheInputs() {
    SplittableRandom random =
        new SplittableRandom(Seeds.seed("answersAreThoseOfAFreshRunWhateverBecomesOfTheInputs"));
    int taken = 0;
    for (int round = 0; round < Seeds.rounds(40); round++) {
      String program = PROGRAMS.get(random.nextInt(PROGRAMS.size()));
      List<ObjectRef> inputs = new ArrayList<>();
      for (int i = random.nextInt(8); i >= 0; i--) {
        inputs.add(input(random, program));
      }
      for (int step = 0; step < 4; step++) {
        JobProgress given = run(program, inputs);
        JobProgress alone = alone(program, inputs);
        assertThat(given.job().state())
            .as("round %d step %d: %s", round, step, program)
            .isEqualTo(alone.job().state());
        if (given.job().state() == JobState.SUCCEEDED) {
          taken += given.job().reusedFrom().isEmpty() && tookFrom(given).isPresent() ? 1 : 0;
          assertThat(house.output(given.job().id()))
              .as("round %d step %d: %s over %s", round, step, program, inputs)
              .isEqualTo(house.output(alone.job().id()));
        }
        change(random, program, inputs);
      }
    }
    assertThat(taken).as("otherwise nothing was tried").isPositive();
  }

  private ObjectRef input(SplittableRandom random, String program) {
    int length =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> random.nextInt(100);
          case 2 -> random.nextInt(200_000);
          default -> random.nextInt(3 * MIB);
        };
    String key = "k" + random.nextInt(5);
    if (program.equals("decompress")) {
      JobProgress packed =
          house.awaitEnd(
              house
                  .jobs()
                  .submit(
                      request(
                          JobRequest.Reuse.ALLOWED,
                          "compress --level 1",
                          List.of(house.put(key, text(random, length)))))
                  .job()
                  .id());
      return house.put(key, house.output(packed.job().id()));
    }
    return house.put(key, text(random, length));
  }

  private void change(SplittableRandom random, String program, List<ObjectRef> inputs) {
    int at = random.nextInt(inputs.size());
    switch (random.nextInt(6)) {
      case 0, 1 -> inputs.add(random.nextInt(inputs.size() + 1), input(random, program));
      case 2 -> inputs.set(at, input(random, program));
      case 3 -> Collections.shuffle(inputs, new Random(random.nextLong()));
      case 4 -> inputs.add(inputs.get(at));
      default -> {
        if (inputs.size() > 1) {
          inputs.remove(at);
        }
      }
    }
  }

  @Test
  void whatPiecesWroteIsKeptOnlyWhenItIsLittle() {
    ObjectRef a = house.put("a", "one two\n".repeat(1000).getBytes(UTF_8));
    ObjectRef b = house.put("b", "three\n".repeat(1000).getBytes(UTF_8));
    for (String program : List.of("exec LINES 0 cat => wc -l", "exec LINES 0 uniq => wc -l")) {
      JobProgress first = run(program, List.of(a));
      JobProgress second = run(program, List.of(a, b));
      boolean little = program.contains("uniq");
      assertThat(tookFrom(second).isPresent()).as(program).isEqualTo(little);
      assertThat(house.output(second.job().id()))
          .asString(UTF_8)
          .isEqualTo(little ? "2\n" : "2000\n");
      ObjectRef kept =
          ObjectRef.current(BucketName.PIECES, new ObjectKey(first.job().id().toString()));
      if (little) {
        house.catalog.execute(
            new CatalogCommand.DestroyVersion(
                kept.bucket(),
                kept.key(),
                house.catalog.query(new CatalogQuery.GetVersion(kept)).id()));
        assertThat(tookFrom(run(program, List.of(a, b, b)))).contains(second.job().id());
      } else {
        assertThatThrownBy(() -> house.catalog.query(new CatalogQuery.GetVersion(kept)))
            .hasMessageContaining("not there");
      }
    }
  }

  @Test
  void nothingIsTakenOverWhenTheAnswerIsGone() {
    ObjectRef a = house.put("a", "one two\n".repeat(1000).getBytes(UTF_8));
    ObjectRef b = house.put("b", "three\n".getBytes(UTF_8));
    JobProgress first = run("count", List.of(a, a));
    house.catalog.execute(
        new CatalogCommand.DestroyVersion(
            JobHouse.BUCKET, JobHouse.OUT, first.job().output().orElseThrow()));
    JobProgress second = run("count", List.of(a, a, b));
    assertThat(tookFrom(second)).isEmpty();
    assertThat(house.output(second.job().id()))
        .isEqualTo(house.output(alone("count", List.of(a, a, b)).job().id()));
  }

  @Test
  void aLastLineThatAnotherInputWouldCloseIsNotTakenOver() {
    ObjectRef closed = house.put("closed", "one\ntwo\n".repeat(MIB));
    ObjectRef open = house.put("open", "one\ntwo".repeat(MIB));
    String program = "exec LINES 0 sed s/$/x/";
    run(program, List.of(open, closed));
    assertThat(lastState()).isEqualTo(Bytes.EMPTY);
    run(program, List.of(closed, open));
    assertThat(lastState()).isNotEqualTo(Bytes.EMPTY);
    List<ObjectRef> more = List.of(closed, open, closed);
    assertThat(house.output(run(program, more).job().id()))
        .isEqualTo(house.output(alone(program, more).job().id()));
  }

  /// Of the last piece of the last job, as it is kept for later ones.
  private Bytes lastState() {
    return house.catalog.executed().reversed().stream()
        .filter(CatalogCommand.PublishJob.class::isInstance)
        .map(CatalogCommand.PublishJob.class::cast)
        .findFirst()
        .flatMap(CatalogCommand.PublishJob::parts)
        .map(parts -> parts.groups().getLast().pieces().getLast().state())
        .orElseThrow();
  }

  @Test
  void aFreshJobTakesNothingOver() {
    ObjectRef a = house.put("a", "one two\n".repeat(1000).getBytes(UTF_8));
    ObjectRef b = house.put("b", "three\n".getBytes(UTF_8));
    run("grep o", List.of(a, a));
    JobProgress fresh =
        house.awaitEnd(
            house
                .jobs()
                .submit(request(JobRequest.Reuse.FRESH, "grep o", List.of(a, a, b)))
                .job()
                .id());
    assertThat(tookFrom(fresh)).isEmpty();
    assertThat(tookFrom(run("grep o", List.of(a, a, b, b)))).contains(fresh.job().id());
  }

  @Test
  void whatWasTakenOverOutlivesARestart() {
    SplittableRandom random = new SplittableRandom(4);
    List<ObjectRef> inputs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      inputs.add(house.put("in" + i, text(random, 2 * MIB)));
    }
    JobProgress first = run("grep e", inputs);
    inputs.add(1, house.put("added", text(random, 3 * MIB)));
    // Accepted, and nothing run: the node stops at once.
    JobId id = house.jobs().submit(request(JobRequest.Reuse.ALLOWED, "grep e", inputs)).job().id();
    house.restart();
    house.jobs().resumeAll();
    JobProgress end = house.awaitEnd(id);
    assertThat(end.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(end.job().provenance().orElseThrow().tookFrom()).contains(first.job().id());
    assertThat(house.output(id)).isEqualTo(house.output(alone("grep e", inputs).job().id()));
  }
}
