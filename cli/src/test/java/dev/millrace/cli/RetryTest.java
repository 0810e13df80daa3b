package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cli.Shell.Outcome;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.model.Priority;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetryTest {
  @TempDir Path folder;
  private Shell shell = new Shell(Path.of(""));

  @BeforeEach
  void open() {
    shell = new Shell(folder);
    shell.store("box", "in", "one\ntwo\n");
  }

  private String newest() {
    return shell.run("jobs", "--json").json().get(0).get("id").asText();
  }

  @Test
  void theWholeJobRunsAgainAsANewOneOverTheSameVersions() {
    shell.run("run", "count", "-l", "mr://box/in", "-o", "mr://box/out", "--priority", "high");
    String first = newest();
    JobRequest asked = shell.millrace.jobs.requested();
    shell.store("box", "in", "changed since\n");
    shell.run("rm", "box/out");
    Outcome outcome = shell.run("retry", first);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(newest()).isNotEqualTo(first);
    assertThat(outcome.out()).isEqualTo("job " + newest() + " succeeded\n");
    assertThat(shell.stored("box", "out")).isEqualTo("-l 2 mr://box/in\n");
    JobRequest again = shell.millrace.jobs.requested();
    assertThat(again.reuse()).isEqualTo(JobRequest.Reuse.FRESH);
    assertThat(again.program()).isEqualTo(asked.program());
    assertThat(again.options().priority()).isEqualTo(Priority.HIGH);
    assertThat(again.inputs()).hasSize(1).allMatch(ref -> ref.version().isPresent());
    assertThat(again.labels()).containsExactly("mr://box/in");
    assertThat(shell.run("jobs", "--json").json()).hasSize(2);
  }

  @Test
  void anAnswerWithoutANameHasNoneAgain() {
    shell.run("run", "count", "mr://box/in");
    String first = newest();
    JsonNode again = shell.run("retry", first, "--json").json();
    assertThat(again.get("id").asText()).isEqualTo(newest()).isNotEqualTo(first);
    assertThat(again.get("state").asText()).isEqualTo("succeeded");
    assertThat(again.get("program").asText()).isEqualTo("count");
    assertThat(shell.millrace.jobs.requested().outputKey()).isEmpty();
  }

  @Test
  void whatFailsAgainSaysSo() {
    shell.run("run", "fail", "mr://box/in");
    String first = newest();
    for (String json : new String[] {"--json", "--no-progress"}) {
      Outcome outcome = shell.run("retry", first, json);
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.out()).isEmpty();
      assertThat(outcome.err())
          .isEqualTo("millrace: job " + newest() + ": piece 0 failed: look at the input\n");
    }
  }

  @Test
  void theFailedTasksRunInTheSameJob() {
    shell.run("run", "fail", "mr://box/in");
    String id = newest();
    Outcome gone = shell.run("retry", id, "--failed");
    assertThat(gone.status()).isEqualTo(1);
    assertThat(gone.err())
        .isEqualTo("millrace: job " + id + ": nothing of it was kept: run it again\n");
    shell.millrace.jobs.mended = true;
    assertThat(shell.run("retry", "--failed", id).out()).isEqualTo("job " + id + " succeeded\n");
    JsonNode json = shell.run("retry", id, "--failed", "--json").json();
    assertThat(json.get("id").asText()).isEqualTo(id);
    assertThat(json.get("state").asText()).isEqualTo("succeeded");
    assertThat(shell.run("jobs", "--json").json()).hasSize(1);
  }

  @Test
  void anInterruptCancelsIt() {
    shell.millrace.jobs.whileWaiting = shell::interrupt;
    shell.run("run", "wait", "mr://box/in");
    String first = newest();
    Outcome outcome = shell.run("retry", first);
    assertThat(newest()).isNotEqualTo(first);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("millrace: job " + newest() + ": it was cancelled: run it again\n");
    assertThat(shell.run("job", newest()).out()).contains("state     cancelled");
    assertThat(shell.watchesInterrupts()).isFalse();
  }

  @Test
  void aJobThatIsNotThereIsNamed() {
    String unknown = "f".repeat(32);
    for (String[] words :
        new String[][] {{"retry", unknown}, {"retry", unknown, "--failed", "--json"}}) {
      Outcome outcome = shell.run(words);
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.out()).isEmpty();
      assertThat(outcome.err())
          .isEqualTo("millrace: job " + unknown + ": there is none: see jobs\n");
    }
  }

  @Test
  void wrongUsage() {
    String id = "f".repeat(32);
    for (String[] wrong :
        new String[][] {
          {"retry"},
          {"retry", id, id},
          {"retry", "mine"},
          {"retry", id, "--all"},
          {"retry", id, "--failed=yes"}
        }) {
      Outcome outcome = shell.run(wrong);
      assertThat(outcome.status()).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(outcome.err()).endsWith(": see 'millrace help retry'\n");
    }
    assertThat(shell.run("retry", "mine").err())
        .contains("'mine' is no job's id: copy one from 'millrace jobs'");
  }
}
