package dev.millrace.system.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.faults.FailingRuns.Failed;
import dev.millrace.system.process.Cli;
import dev.millrace.system.process.LoopDisk;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Programs that are wrong, run as users run them: one line says what failed, why and what to do;
/// the job's card and its log say where; nothing is published and nothing stays behind.
final class ProgramFaultsTest extends AbstractRunsTest {
  private static final int LOG_BYTES = 64 << 10;
  private static final int STOP_SECONDS = 10;

  /// The machine in the head of an ELF file: bytes 18 and 19.
  private static final int MACHINE = 18;

  @Test
  void aBadExpressionIsRefusedBeforeThereIsAJob() throws Exception {
    int jobs = runs.json("jobs", "--json").size();
    Cli.Result refused = cli.run("run", "grep", "\\(", "mr://lab/in", "-o", "mr://lab/out");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.errorLine())
        .startsWith("millrace: grep: pattern '\\(': unmatched ( or \\(; ")
        .contains(": use grep [-i]")
        .doesNotContain("\n");
    assertThat(runs.json("jobs", "--json")).hasSize(jobs);
    assertThat(runs.json("ls", "lab", "--json")).hasSize(1);
  }

  @Test
  void whatIsMissingIsRefusedBeforeThereIsAJob() throws Exception {
    int jobs = runs.json("jobs", "--json").size();
    Path missing = temp.resolve("missing");
    Path folder = Files.createDirectories(temp.resolve("folder"));
    for (Path file : List.of(missing, folder)) {
      Cli.Result refused = cli.run("run", "--exec", "x", "--ship", file.toString(), "mr://lab/in");
      assertThat(refused.status()).as(refused.err()).isEqualTo(1);
      assertThat(refused.errorLine()).startsWith("millrace: " + file + ": ").doesNotContain("\n");
    }
    assertThat(runs.json("jobs", "--json")).hasSize(jobs);
  }

  @Test
  void aProgramThatIsNotThereOrCannotRunIsNamed() throws Exception {
    Failed missing =
        runs.fails(
            "exit code 127, '",
            "check the command's name, or ship it with --ship FILE",
            "nosuchtool -x");
    assertThat(missing.card()).contains("said      ").contains("nosuchtool: command not found");
    assertThat(missing.log()).endsWith("nosuchtool: command not found\n");
    String remedy = "ship a file that can be executed on this machine";
    runs.fails("exit code 126, '", remedy, "cat > plain; ./plain");
    // a shipped file is made executable, so that it is found; it is for another machine all the
    // same
    byte[] program = Files.readAllBytes(Path.of("/usr/bin/true"));
    program[MACHINE] = (byte) (program[MACHINE] ^ 0x55);
    Path foreign = Files.write(temp.resolve("foreign"), program);
    Failed refused =
        runs.fails("Exec format error'", remedy, "foreign", "--ship", foreign.toString());
    assertThat(refused.failure().get("kind").asText()).isEqualTo("program");
    assertThat(refused.log()).contains("/program/foreign").contains("Exec format error");
  }

  @Test
  void aStatusOrASignalIsTold() throws Exception {
    Failed failed =
        runs.fails(
            "exit code 3, 'no such colour'",
            "mend the command or its input",
            "echo first >&2; echo 'no such colour' >&2; exit 3");
    assertThat(failed.failure().get("kind").asText()).isEqualTo("program");
    assertThat(failed.failure().get("inputOffset").asLong()).isZero();
    assertThat(failed.failure().get("inputBytes").asLong()).isEqualTo(FailingRuns.LINES.length());
    assertThat(failed.card()).contains("said      first").contains("8 B from byte 0");
    assertThat(failed.log()).isEqualTo("first\nno such colour\n");
    assertThat(cli.run("logs", failed.id()).out())
        .isEqualTo(
            """
            task 0, attempt 1:
              first
              no such colour
            task 0, attempt 2:
              first
              no such colour
            """);
    runs.fails("ended by signal 11 (SEGV)", "mend the program", "echo half; kill -SEGV $$");
    runs.fails("exit code 1", "mend the command or its input", "false | cat");
  }

  @Test
  void eachLimitIsNamedWithItsOption() throws Exception {
    List<Failed> limits =
        List.of(
            runs.fails(
                "it took longer than 200 ms",
                "allow more with --time",
                "cat; exec sleep 1000",
                "--time",
                "100ms"),
            runs.fails(
                "it used more than its memory of 64.0 MiB",
                "allow more with --memory",
                "head -c 1G /dev/zero | tail -n 1",
                "--memory",
                "32MiB"),
            runs.fails(
                "it wrote more than 2.00 MiB to its output",
                "allow more with --max-output",
                "head -c 10G /dev/zero",
                "--max-output",
                "1MiB"),
            runs.fails(
                "it wrote more than 2.00 MiB to its output",
                "allow more with --max-output",
                "head -c 10M /dev/zero > file",
                "--files",
                "--max-output",
                "1MiB"));
    assertThat(limits).allMatch(limit -> limit.failure().get("kind").asText().equals("limit"));
    runs.fails(
        "No space left on device'",
        "write less to /tmp, or allow more with --scratch",
        "cat /dev/zero > /tmp/x",
        "--scratch",
        "1MiB");
  }

  @Test
  void forkingWithoutEndIsStopped() throws Exception {
    String number = FailingRuns.marker();
    String[] options = {"--processes", "16", "--time", "1s"};
    runs.fails(
        "it took longer than 2000 ms, '/usr/bin/bash: fork: retry: Resource temporarily"
            + " unavailable'",
        "allow more with --processes, or --time",
        "while true; do sleep " + number + " & done",
        options);
    assertThat(FailingRuns.processes(number)).isEmpty();
    // what many say at once may come in pieces
    runs.fails(
        "it took longer than 2000 ms",
        "--time",
        "bomb() { sleep " + number + " & bomb | bomb; }; bomb",
        options);
    assertThat(FailingRuns.processes(number)).isEmpty();
  }

  @Test
  void theEndOfTenGigabytesSaidIsKept() throws Exception {
    String command = "head -c 10G /dev/zero >&2; echo 'the end' >&2; cat";
    Cli.Result run = cli.run("run", "--exec", command, "mr://lab/in");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo(FailingRuns.LINES);
    String id = runs.lastJob().get("id").asText();
    String log = runs.json("logs", id, "--json").get(0).get("log").asText();
    assertThat(log.getBytes(UTF_8)).hasSize(LOG_BYTES);
    assertThat(log).endsWith("\0\0the end\n");
  }

  @Test
  void whatHangsIsCancelledByItsUserAndEndsWhole() throws Exception {
    String number = FailingRuns.marker();
    Map<String, Integer> statusByHow = Map.of("INT", 130, "TERM", 143, "cancel", 1);
    for (String how : statusByHow.keySet()) {
      Process run =
          cli.start(
              "run",
              "--exec",
              "setsid sleep " + number + " & wait",
              "mr://lab/in",
              "-o",
              "mr://lab/out");
      try (BufferedReader said = run.errorReader(UTF_8)) {
        ProcessHandle program = FailingRuns.awaitProcess(run, number);
        if (how.equals("cancel")) {
          String id = runs.lastJob().get("id").asText();
          assertThat(cli.run("cancel", id).out()).isEqualTo("job " + id + " cancelled\n");
        } else {
          LoopDisk.run("kill", "-" + how, Long.toString(run.pid()));
        }
        assertThat(run.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).as(how).isTrue();
        assertThat(run.exitValue()).as(how).isEqualTo(statusByHow.get(how));
        assertThat(said.readAllAsString()).startsWith("millrace: ").contains("cancelled");
        program.onExit().join();
      } finally {
        run.destroyForcibly();
      }
      assertThat(runs.lastJob().get("state").asText()).isEqualTo("cancelled");
      assertThat(FailingRuns.processes(number)).isEmpty();
      runs.nothingIsLeft();
    }
  }
}
