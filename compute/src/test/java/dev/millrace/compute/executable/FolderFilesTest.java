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
import dev.millrace.model.JobOptions;
import dev.millrace.model.Priority;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.Program.Executable;
import dev.millrace.model.TaskLimits;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Executables whose answer is the files that they leave behind.
final class FolderFilesTest {
  private static final Cut WHOLE = new Cut(Cut.Unit.WHOLE, 0, "");

  private final CutRun run = new CutRun();
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

  private Call call(String command, Cut cut, JobOptions options) {
    return programs.call(new Executable(command, cut, Optional.empty(), true, List.of()), options);
  }

  private Map<String, String> files(Call call, List<Long> cuts, String... inputs) {
    List<byte[]> contents = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (String input : inputs) {
      labels.add("file " + contents.size());
      contents.add(input.getBytes(UTF_8));
    }
    Map<String, String> files = new TreeMap<>();
    run.files(call, labels, contents, cuts)
        .forEach((name, bytes) -> files.put(name, new String(bytes, UTF_8)));
    return files;
  }

  private Map<String, String> files(String command, String... inputs) {
    return files(call(command, WHOLE, JobOptions.USUAL), List.of(), inputs);
  }

  @Test
  void whatIsLeftInTheFolderIsTheAnswer() {
    assertThat(files("cat > copy; mkdir -p a/b empty; echo x > a/b/c; : > 'no bytes'", "in\n"))
        .isEqualTo(Map.of("copy", "in\n", "a/b/c", "x\n", "no bytes", ""));
    assertThat(files("cat > \"$MILLRACE_OUT/copy\"; ls | wc -l >&2", "in\n"))
        .isEqualTo(Map.of("copy", "in\n"));
    assertThat(files("cat", "in\n")).isEmpty();
  }

  @Test
  void namesMayBeAnythingThatAKeyCanBe() {
    assertThat(
            files(
                    "touch -- -n '*' $'new\\nline' ä ' ' .hidden ..x"
                        + " \"$(printf 'n%.0s' {1..255})\"",
                    "")
                .keySet())
        .containsExactlyInAnyOrder(
            "-n", "*", "new\nline", "ä", " ", ".hidden", "..x", "n".repeat(255));
  }

  @Test
  void eachRunBeginsInAnEmptyFolder() {
    // Two inputs in one piece have a run each.
    assertThat(files("ls > \"list of ${MILLRACE_INPUT#file }\"", "a\n", "b\n"))
        .isEqualTo(Map.of("list of 0", "list of 0\n", "list of 1", "list of 1\n"));
  }

  @Test
  void eachPieceKnowsItsNumber() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("eachPieceKnowsItsNumber"));
    String input = "line\n".repeat(500);
    List<Long> cuts = CutRun.randomCuts(random, input.length(), 6);
    Map<String, String> files =
        files(call("cat > \"part-$MILLRACE_PIECE\"", Cut.LINES, JobOptions.USUAL), cuts, input);
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i <= cuts.size(); i++) {
      joined.append(files.getOrDefault("part-" + i, ""));
    }
    assertThat(joined.toString()).isEqualTo(input);
  }

  @Test
  void aHardLinkIsAFileOfItsOwn() {
    assertThat(files("cat > a; ln a b", "in\n")).isEqualTo(Map.of("a", "in\n", "b", "in\n"));
  }

  private void assertFails(String command, ErrorCode code, String... messages) {
    assertThatThrownBy(() -> files(command, "in\n"))
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(messages);
  }

  @Test
  void whatIsNoPlainFileFailsAndIsNamed() {
    String where = ", in its output folder: leave plain files there";
    assertFails(
        "mkdir d; ln -s /etc/passwd d/link",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': it left 'd/link', a symbolic link" + where);
    assertFails("mkfifo p", ErrorCode.PROGRAM_FAILED, "it left 'p', a named pipe" + where);
    assertFails(
        "mkdir d; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"d/s\")'",
        ErrorCode.PROGRAM_FAILED,
        "it left 'd/s', a socket" + where);
  }

  @Test
  void aNameThatIsNotUnicodeIsRefused() {
    assertFails("touch $'bad\\xff'", ErrorCode.INVALID_KEY, "its name is not UTF-8");
  }

  @Test
  void aNameThatIsTooLongForAKeyIsRefused() {
    String deep =
        "d=$(printf 'n%.0s' {1..250}); d=$d/$d/$d/$d; mkdir -p $d; touch $d/one-name-that-is-too-long";
    assertFails(deep, ErrorCode.INVALID_KEY, "'nnn", "more than the 1024 allowed");
    assertFails(
        "for ((i = 0; i < 400; i++)); do mkdir d; cd d; done; d=$(printf 'n%.0s' {1..250});"
            + " for ((i = 0; i < 300; i++)); do mkdir $d; cd $d; done; touch file",
        ErrorCode.PROGRAM_FAILED, "the name of an entry is longer than 64.0 KiB");
  }

  @Test
  void aCommandThatFailsSaysHow() {
    assertFails(
        "echo one > a; echo 'no such colour' >&2; exit 3",
        ErrorCode.PROGRAM_FAILED,
        "program over 'file 0': exit code 3, 'no such colour': mend the command or its input");
    assertFails("false | cat > a", ErrorCode.PROGRAM_FAILED, "exit code 1");
    assertFails("kill -KILL $$", ErrorCode.PROGRAM_FAILED, "ended by signal 9 (KILL)");
  }

  @Test
  void aFolderThatDoesNotComeWholeFails() {
    String forge = "printf '\\0junk%.0s' {1..200} > /proc/$PPID/fd/1";
    assertFails(forge, ErrorCode.PROGRAM_FAILED, "its output folder can't be read");
    assertFails("printf 'x' > /proc/$PPID/fd/1", ErrorCode.PROGRAM_FAILED, "it left 'x', a socket");
  }

  @Test
  void moreThanATaskMayWriteHitsTheLimit() {
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
    Call large = call("head -c 90000 /dev/zero > a; head -c 9000 /dev/zero > b", WHOLE, little);
    assertThatThrownBy(() -> files(large, List.of(), "in\n"))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_HIT))
        .hasMessageContaining("allow more with --max-output");
    Call small = call("head -c 80000 /dev/zero > a", WHOLE, little);
    assertThat(files(small, List.of(), "in\n")).containsOnlyKeys("a");
  }

  @Test
  void aSecondCommandDoesNotGoWithFiles() {
    assertThatThrownBy(() ->
            programs.call(
                new Executable("x", Cut.LINES, Optional.of("y"), true, List.of()),
                JobOptions.USUAL))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("files: a second command");
  }
}
