package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cli.Shell.Outcome;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogsTest {
  @TempDir Path folder;
  private Shell shell = new Shell(Path.of(""));
  private String id = "";

  @BeforeEach
  void open() throws IOException {
    shell = new Shell(folder);
    shell.write("f", "one\n");
    shell.run("run", "fail", "f");
    id = shell.run("jobs", "--json").json().get(0).get("id").asText();
  }

  private void storeLogs() {
    for (String attempt : List.of("0/1", "0/2", "0/10", "2/1", "10/1", "1.0/1")) {
      storeLog(id + "/" + attempt, "this is " + attempt + "\nits end");
    }
    storeLog("f".repeat(32) + "/0/1", "another job");
  }

  private void storeLog(String key, String log) {
    shell.millrace.memory.commit(
        BucketName.LOGS,
        new ObjectKey(key),
        log.getBytes(StandardCharsets.UTF_8),
        Optional.empty());
  }

  @Test
  void everyAttemptIsShownInItsOrder() {
    storeLogs();
    Outcome outcome = shell.run("logs", id);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .isEqualTo(
            """
            task 0, attempt 1:
              this is 0/1
              its end
            task 0, attempt 2:
              this is 0/2
              its end
            task 0, attempt 10:
              this is 0/10
              its end
            task 2, attempt 1:
              this is 2/1
              its end
            task 10, attempt 1:
              this is 10/1
              its end
            task 1.0, attempt 1:
              this is 1.0/1
              its end
            """);
  }

  @Test
  void oneTaskOnly() {
    storeLogs();
    assertThat(shell.run("logs", id, "--task", "10").out())
        .isEqualTo("task 10, attempt 1:\n  this is 10/1\n  its end\n");
    assertThat(shell.run("logs", "--task=1.0", id).out()).startsWith("task 1.0, attempt 1:");
    assertThat(shell.run("logs", id, "--task", "0").out().lines()).hasSize(9);
    Outcome none = shell.run("logs", id, "--task", "7");
    assertThat(none.status()).isZero();
    assertThat(none.out()).isEmpty();
  }

  @Test
  void jsonHasTheBytesAsTheyAre() {
    storeLogs();
    storeLog(id + "/3/1", "red \u001b[31m\n");
    assertThat(shell.run("logs", id, "--task", "3").out())
        .isEqualTo("task 3, attempt 1:\n  red \\x1b[31m\n");
    JsonNode one = shell.run("logs", id, "--task", "3", "--json").json();
    assertThat(one).hasSize(1);
    assertThat(one.get(0).get("task").asText()).isEqualTo("3");
    assertThat(one.get(0).get("attempt").asInt()).isEqualTo(1);
    assertThat(one.get(0).get("log").asText()).isEqualTo("red \u001b[31m\n");
    assertThat(shell.run("logs", id, "--json").json().findValuesAsText("task"))
        .containsExactly("0", "0", "0", "2", "3", "10", "1.0");
  }

  @Test
  void aJobThatSaidNothingHasNone() {
    Outcome outcome = shell.run("logs", id);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).isEmpty();
    assertThat(shell.run("logs", id, "--json").json()).isEmpty();
  }

  @Test
  void aJobThatIsNotThereIsNamed() {
    String unknown = "f".repeat(32);
    Outcome outcome = shell.run("logs", unknown, "--json");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).isEqualTo("millrace: job " + unknown + ": there is none: see jobs\n");
  }

  @Test
  void wrongUsage() {
    for (String[] wrong :
        new String[][] {
          {"logs"},
          {"logs", id, id},
          {"logs", "mine"},
          {"logs", id, "--task"},
          {"logs", id, "--task", "first"},
          {"logs", id, "--attempt", "1"}
        }) {
      Outcome outcome = shell.run(wrong);
      assertThat(outcome.status()).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(outcome.err()).endsWith(": see 'millrace help logs'\n");
    }
    assertThat(shell.run("logs", "mine").err())
        .contains("'mine' is no job's id: copy one from 'millrace jobs'");
    assertThat(shell.run("logs", id, "--task", "first").err())
        .contains("--task 'first': write a number as 7 or 1.0");
  }
}
