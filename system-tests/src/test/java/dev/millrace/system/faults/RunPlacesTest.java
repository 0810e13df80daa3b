package dev.millrace.system.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.system.process.Cli;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Inputs that go away while a command reads them, and answers whose place is taken.
final class RunPlacesTest extends AbstractRunsTest {
  private static final int END_SECONDS = 60;

  /// More than pipes and what is read ahead hold.
  private static final int LARGE_BYTES = 80_000_000;

  @Test
  void anInputThatIsDestroyedMeanwhileIsReadToItsEnd() throws Exception {
    byte[] bytes = new byte[LARGE_BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    Path large = Files.write(temp.resolve("large"), bytes);
    assertThat(cli.run("mb", "gone").status()).isZero();
    assertThat(cli.run("put", large.toString(), "gone/large").status()).isZero();
    Path answer = temp.resolve("answer");
    String number = FailingRuns.marker();
    Process run =
        cli.start(
            "run",
            "--split",
            "whole",
            "--exec",
            "sleep " + number + " || true; cat",
            "mr://gone/large",
            "-o",
            answer.toString());
    try (BufferedReader said = run.errorReader(UTF_8)) {
      ProcessHandle waiting = FailingRuns.awaitProcess(run, number);
      assertThat(cli.run("rm", "--recursive", "--versions", "gone/").status()).isZero();
      assertThat(cli.run("get", "gone/large").status()).isEqualTo(1);
      assertThat(runs.json("ls", "gone", "--json")).isEmpty();
      waiting.destroy();
      assertThat(run.waitFor(END_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(said.readAllAsString()).isEmpty();
    } finally {
      run.destroyForcibly();
    }
    assertThat(run.exitValue()).isZero();
    assertThat(answer).hasSameBinaryContentAs(large);
    assertThat(runs.lastJob().get("state").asText()).isEqualTo("succeeded");
  }

  @Test
  void anAnswerUnderAKeyThatExistsIsANewVersion() throws Exception {
    assertThat(cli.run("mb", "answers").status()).isZero();
    String place = "mr://answers/a";
    for (String answer : new String[] {"first", "second"}) {
      Cli.Result run = cli.run("run", "--exec", "echo " + answer, "mr://lab/in", "-o", place);
      assertThat(run.status()).as(run.err()).isZero();
    }
    Cli.Result failing = cli.run("run", "--exec", "echo third; exit 1", "mr://lab/in", "-o", place);
    assertThat(failing.status()).isEqualTo(1);
    assertThat(cli.run("get", "answers/a").out()).isEqualTo("second\n");
    JsonNode versions = runs.json("versions", "answers/a", "--json");
    assertThat(versions).hasSize(2);
    String first = versions.get(1).get("version").asText();
    assertThat(cli.run("get", "--version", first, "answers/a").out()).isEqualTo("first\n");
  }

  @Test
  void aLocalFileIsReplacedWholeOrNotAtAll() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Path place = Files.writeString(folder.resolve("answer"), "old\n");
    String number = FailingRuns.marker();
    for (String end : new String[] {"exit 1", "exit 0"}) {
      Process run =
          cli.start(
              "run",
              "--exec",
              "echo new; sleep " + number + " || " + end,
              "mr://lab/in",
              "-o",
              place.toString());
      try {
        ProcessHandle waiting = FailingRuns.awaitProcess(run, number);
        assertThat(place).hasContent("old\n");
        waiting.destroy();
        if (end.equals("exit 1")) {
          // its second attempt
          waiting.onExit().join();
          FailingRuns.awaitProcess(run, number).destroy();
        }
        assertThat(run.waitFor(END_SECONDS, TimeUnit.SECONDS)).isTrue();
      } finally {
        run.destroyForcibly();
      }
      assertThat(end).isEqualTo("exit " + run.exitValue());
      assertThat(place).hasContent(run.exitValue() == 0 ? "new\n" : "old\n");
      assertThat(folder.toFile().list()).containsExactly("answer");
    }
  }
}
