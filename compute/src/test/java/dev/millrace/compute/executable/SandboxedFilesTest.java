package dev.millrace.compute.executable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Clock;
import dev.millrace.compute.MemoryContentStore;
import dev.millrace.compute.instruction.CutRun;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instructions;
import dev.millrace.compute.sandbox.BubblewrapSandbox;
import dev.millrace.model.JobOptions;
import dev.millrace.model.Priority;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.Program.Executable;
import dev.millrace.model.TaskLimits;
import dev.millrace.testkit.MemoryCatalog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The output folder of the sandbox itself, and without it.
final class SandboxedFilesTest {
  @TempDir private Path folder;
  private final CutRun run = new CutRun();
  private BubblewrapSandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = new BubblewrapSandbox(folder.resolve("sandbox"), Clock.system());
  }

  @AfterEach
  void close() {
    run.close();
    sandbox.close();
  }

  private Map<String, String> files(String command, JobOptions options) {
    ShippedFiles shipped =
        new ShippedFiles(
            new MemoryCatalog(Clock.system()), new MemoryContentStore(), Path.of("nowhere"));
    Programs programs = new Programs(Instructions.load(), sandbox, shipped);
    Cut whole = new Cut(Cut.Unit.WHOLE, 0, "");
    Call call =
        programs.call(new Executable(command, whole, Optional.empty(), true, List.of()), options);
    Map<String, String> files = new TreeMap<>();
    run.files(call, List.of("in"), List.of("one\ntwo\n".getBytes(UTF_8)), List.of())
        .forEach((name, bytes) -> files.put(name, new String(bytes, UTF_8)));
    return files;
  }

  @Test
  void theFolderIsEmptyAndItsFilesAreTheAnswer() {
    String command =
        "n=$(ls -A | wc -l); echo $n > $MILLRACE_OUT/x; mkdir a; split -l 1 - a/; cp a/aa /out/copy;"
            + " ln copy link; touch /tmp/elsewhere; echo printed";
    Map<String, String> expected =
        Map.of("a/aa", "one\n", "a/ab", "two\n", "copy", "one\n", "link", "one\n", "x", "0\n");
    assertThat(files(command, JobOptions.USUAL)).isEqualTo(expected);
    JobOptions plainly = new JobOptions(TaskLimits.USUAL, true, Priority.NORMAL);
    String outside =
        command.replace("/out/", "$MILLRACE_OUT/").replace("touch /tmp/elsewhere;", "");
    assertThat(files(outside, plainly)).isEqualTo(expected);
  }

  @Test
  void aFolderThatWasExchangedIsNotFollowed() {
    assertThat(files("echo x > a; rm -r /tmp/out; ln -s /etc /tmp/out", JobOptions.USUAL))
        .isEmpty();
  }

  @Test
  void whatIsNoPlainFileFails() {
    for (String kind : List.of("ln -s /etc/passwd x", "mkfifo x")) {
      assertThatThrownBy(() -> files(kind, JobOptions.USUAL))
          .hasMessageContaining("it left 'x', a");
    }
  }

  @Test
  void aProcessThatStaysBehindDoesNotHoldTheAnswerUp() {
    assertThat(files("sleep 1000 & echo x > a", JobOptions.USUAL)).isEqualTo(Map.of("a", "x\n"));
  }
}
