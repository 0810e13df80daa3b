package dev.millrace.compute.executable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.MemoryContentStore;
import dev.millrace.compute.instruction.CutRun;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instructions;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobOptions;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Priority;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.Program.Executable;
import dev.millrace.model.Program.Shipped;
import dev.millrace.model.TaskLimits;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What executables get to read, how their answers go together, and how they fail; in plain
/// processes, since the sandbox has tests of its own.
final class ExecutableTest {
  private static final Cut BYTES = new Cut(Cut.Unit.BYTES, 0, "");
  private static final Cut WHOLE = new Cut(Cut.Unit.WHOLE, 0, "");

  private final CutRun run = new CutRun();
  private final SplittableRandom random = new SplittableRandom(Seeds.seed("ExecutableTest"));
  private final Programs programs =
      new Programs(
          Instructions.load(),
          new PlainSandbox(),
          new ShippedFiles(
              new MemoryCatalog(Clock.system()), new MemoryContentStore(), Path.of("nowhere")));

  @AfterEach
  void close() {
    run.close();
  }

  private Call call(String command, Cut cut, String... reduce) {
    return call(command, cut, JobOptions.USUAL, reduce);
  }

  private Call call(String command, Cut cut, JobOptions options, String... reduce) {
    return programs.call(
        new Executable(
            command,
            cut,
            reduce.length == 0 ? Optional.empty() : Optional.of(reduce[0]),
            false,
            List.of()),
        options);
  }

  private String answer(Call call, List<Long> cuts, String... inputs) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (String input : inputs) {
      labels.add("file " + contents.size());
      contents.add(input.getBytes(UTF_8));
    }
    return new String(run.answer(call, labels, contents, cuts), UTF_8);
  }

  private List<Long> cuts(String... inputs) {
    long total = 0;
    for (String input : inputs) {
      total += input.getBytes(UTF_8).length;
    }
    return CutRun.randomCuts(random, total, 6);
  }

  private String lines(int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i > 0; i--) {
      text.append("x".repeat(random.nextInt(12))).append(random.nextInt(100)).append('\n');
    }
    if (random.nextInt(3) == 0) {
      text.append("no line feed");
    }
    return text.toString();
  }

  @Test
  void theAnswerOverLinesDoesNotDependOnTheCuts() throws IOException {
    for (int round = Seeds.rounds(40); round > 0; round--) {
      String first = lines(40);
      String second = lines(3);
      String third = lines(20);
      StringBuilder expected = new StringBuilder();
      for (String text : List.of(first, second, third)) {
        text.lines().forEach(line -> expected.append('<').append(line).append(">\n"));
      }
      String said =
          answer(
              call("sed 's/.*/<&>/'", Cut.LINES), cuts(first, second, third), first, second, third);
      boolean open = !third.isEmpty() && !third.endsWith("\n"); // sed leaves it so
      assertThat(said)
          .isEqualTo(open ? expected.substring(0, expected.length() - 1) : expected.toString());
    }
  }

  @Test
  void bytesComeThroughAsTheyAre() throws IOException {
    for (int round = Seeds.rounds(20); round > 0; round--) {
      String first = lines(40);
      String second = lines(40);
      assertThat(answer(call("cat", BYTES), cuts(first, second), first, second))
          .isEqualTo(first + second);
    }
  }

  @Test
  void recordsAreNeverCut() throws IOException {
    Cut records = new Cut(Cut.Unit.RECORDS, 0, "$$");
    for (int round = Seeds.rounds(40); round > 0; round--) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append(lines(4).replace("no line feed", "")).append("$$").append(i).append('\n');
      }
      String tail = random.nextBoolean() ? "rest\nof it" : "";
      String input = text + tail;
      // Each piece must begin and end at a record, so joining a record's lines in each is the same.
      String join = "awk '{ printf \"%s|\", $0 } /^[$][$]/ { print \"\" } END { printf \"\" }'";
      String whole = answer(call(join, records), List.of(), input);
      assertThat(answer(call(join, records), cuts(input), input)).isEqualTo(whole);
    }
  }

  @Test
  void eachPieceBeginsWithTheHeaderOfItsInput() throws IOException {
    Cut headed = new Cut(Cut.Unit.LINES, 2, "");
    for (int round = Seeds.rounds(30); round > 0; round--) {
      String first = "a\nsecond of a\n" + lines(30).replace("no line feed", "");
      String second = "b\nsecond of b\n" + lines(30).replace("no line feed", "");
      String command = "read h; read -r _; sed \"s/^/$h: /\"";
      StringBuilder expected = new StringBuilder();
      first.lines().skip(2).forEach(line -> expected.append("a: ").append(line).append('\n'));
      second.lines().skip(2).forEach(line -> expected.append("b: ").append(line).append('\n'));
      assertThat(answer(call(command, headed), cuts(first, second), first, second))
          .isEqualTo(expected.toString());
    }
  }

  @Test
  void wholeInputsHaveARunEachAndAreTold() throws IOException {
    assertThat(
            answer(
                call("echo \"$MILLRACE_INPUT has $(wc -l) lines\"", WHOLE),
                List.of(),
                "a\nb\n",
                "",
                "c\n"))
        .isEqualTo("file 0 has 2 lines\nfile 1 has 0 lines\nfile 2 has 1 lines\n");
  }

  @Test
  void aSecondCommandReadsWhatTheFirstWroteInOrder() throws IOException {
    for (int round = Seeds.rounds(20); round > 0; round--) {
      String input = lines(60);
      Call count = call("wc -l", Cut.LINES, "awk '{ sum += $1 } END { print sum }'");
      assertThat(answer(count, cuts(input), input))
          .isEqualTo(input.chars().filter(c -> c == '\n').count() + "\n");
      String second = answer(call("cat", Cut.LINES, "cat -n"), cuts(input), input);
      assertThat(second).isEqualTo(answer(call("cat -n", WHOLE), List.of(), input));
    }
  }

  @Test
  void anEmptyInputIsOneRun() throws IOException {
    assertThat(answer(call("wc -c", Cut.LINES), List.of(), "")).isEqualTo("0\n");
  }

  @Test
  void aProgramThatDoesNotReadItsInputMaySucceed() throws IOException {
    assertThat(answer(call("echo done", BYTES), List.of(), "x".repeat(1_000_000)))
        .isEqualTo("done\n");
  }

  private void assertFails(String command, ErrorCode code, String message) {
    assertThatThrownBy(() -> answer(call(command, Cut.LINES), List.of(), "a\n"))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e).hasMessage(message);
              assertThat(e.code()).isEqualTo(code);
            });
  }

  @Test
  void anExitCodeIsNamedWithTheLastThingSaid() {
    assertFails(
        "echo first >&2; echo 'no such colour' >&2; exit 3",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': exit code 3, 'no such colour': mend the command or its input");
  }

  @Test
  void theLastLineIsTheLastOneWithText() {
    assertFails(
        "printf 'one\\n%0300d\\n \\t\\n\\n' 7 >&2; exit 3",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': exit code 3, '"
            + "0".repeat(200)
            + "': mend the command or its input");
    assertFails(
        "printf 'one\\ntwo' >&2; exit 3",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': exit code 3, 'two': mend the command or its input");
    assertFails(
        "printf '\\n \\n' >&2; exit 3",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': exit code 3: mend the command or its input");
  }

  @Test
  void aLimitOfWhichOnlyTheProgramSpeaksIsNamed() {
    assertFails(
        "echo 'cat: write error: No space left on device' >&2; exit 1",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': exit code 1, 'cat: write error: No space left on device': write"
            + " less to /tmp, or allow more with --scratch");
    assertFails(
        "echo 'fork: Resource temporarily unavailable' >&2; exit 1",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': exit code 1, 'fork: Resource temporarily unavailable': start"
            + " fewer processes, or allow more with --processes");
  }

  @Test
  void aFailingPartOfAPipelineFailsTheCommand() {
    assertFails(
        "false | cat",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': exit code 1: mend the command or its input");
  }

  @Test
  void aCommandThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> answer(call("nosuchtool", Cut.LINES), List.of(), "a\n"))
        .hasMessageStartingWith("program over 'file 0': exit code 127, '")
        .hasMessageContaining("nosuchtool: command not found")
        .hasMessageEndingWith("check the command's name, or ship it with --ship FILE");
  }

  @Test
  void aSignalIsNamed() {
    assertFails(
        "kill -SEGV $$",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': ended by signal 11 (SEGV): mend the program");
  }

  @Test
  void aPipeWhoseReaderLeavesHasItsOwnRemedy() throws IOException {
    assertFails(
        "yes | head -n 1",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': ended by signal 13 (PIPE): let the command behind the pipe read to"
            + " the end, as sed -n 1,10p does and head does not");
    assertThat(answer(call("{ yes || [ $? -eq 141 ]; } | head -n 1", Cut.LINES), List.of(), "a\n"))
        .isEqualTo("y\n");
  }

  @Test
  void aProgramThatWritesTooMuchIsEnded() {
    TaskLimits usual = TaskLimits.USUAL;
    JobOptions little =
        new JobOptions(
            new TaskLimits(
                usual.memoryBytes(),
                usual.processes(),
                usual.milliCores(),
                usual.scratchBytes(),
                100_000,
                usual.timeMillis()),
            false,
            Priority.NORMAL);
    assertThatThrownBy(() -> answer(call("yes", Cut.LINES, little), List.of(), "a\n"))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_HIT))
        .hasMessage(
            "program over 'file 0': it wrote more than 97.7 KiB to its output: allow more with"
                + " --max-output");
  }

  @Test
  void whatCannotBeRunIsRefusedBeforeAnythingRuns() {
    assertInvalid(new Cut(Cut.Unit.BYTES, 1, ""), "header: it goes with lines and records only");
    assertInvalid(new Cut(Cut.Unit.LINES, -1, ""), "header: not a number of lines");
    assertInvalid(new Cut(Cut.Unit.RECORDS, 0, ""), "record end: records, and nothing else");
    assertInvalid(new Cut(Cut.Unit.LINES, 0, "x"), "record end: records, and nothing else");
    assertThatThrownBy(() -> call("  ", Cut.LINES)).hasMessageStartingWith("command: empty");
    ObjectRef nowhere = ObjectRef.current(BucketName.PROGRAMS, new ObjectKey("0123"));
    for (String name : List.of("", ".", "..", "a/b", "a\nb")) {
      assertThatThrownBy(() ->
              programs.call(
                  new Executable(
                      "x", Cut.LINES, Optional.empty(), false, List.of(new Shipped(name, nowhere))),
                  JobOptions.USUAL))
          .hasMessageContaining("not a file's name");
    }
  }

  private void assertInvalid(Cut cut, String message) {
    assertThatThrownBy(() -> call("cat", cut))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageStartingWith(message);
  }
}
