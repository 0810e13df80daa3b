package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.base.Text;
import dev.millrace.cli.Shell.Outcome;
import dev.millrace.cli.local.FileDigest;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `explain`, `verify`, and what `stat` says of answers.
final class ProvenanceTest {
  @TempDir Path folder;
  private Shell shell = new Shell(Path.of(""));

  @BeforeEach
  void open() {
    shell = new Shell(folder);
    for (int i = 10; i < 35; i++) {
      shell.store("box", "in/" + i, "one\n".repeat(i));
    }
    assertThat(shell.run("run", "count", "-l", "mr://box/in/", "-o", "mr://box/out").status())
        .isZero();
  }

  private static ObjectRef current(String key) {
    return ObjectRef.current(new BucketName("box"), new ObjectKey(key));
  }

  @Test
  void explainSaysWhereAnAnswerComesFrom() {
    Outcome outcome = shell.run("explain", "box/out");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().lines())
        .contains(
            "object    box/out",
            "program   count -l",
            "digest    " + "ab".repeat(32),
            "job       00000000000000010000000000000001",
            "nodes     00000000000000030000000000000001",
            "from      job 00000000000000000000000000000063, all of it",
            "          … and 5 more inputs; --json names all")
        .anyMatch(line -> line.matches("computed  2026-.* to 2026-.*, 1\\.5 s"))
        .anyMatch(
            line -> line.matches("input     box/in/10@[0-9a-f]{32}, 40 B, as mr://box/in/10"));
    assertThat(outcome.out().lines().filter(line -> line.startsWith("input"))).hasSize(20);
  }

  @Test
  void jsonNamesEverything() {
    shell.millrace.memory.destroy(ObjectRef.of(shell.millrace.memory.stat(current("in/34"))));
    for (String command : new String[] {"explain", "stat"}) {
      JsonNode from = shell.run(command, "box/out", "--json").json().get("provenance");
      assertThat(from.get("program").asText()).isEqualTo("count -l");
      assertThat(from.get("programDigest").asText()).isEqualTo("ab".repeat(32));
      assertThat(from.get("arguments").get(0).asText()).isEqualTo("-l");
      assertThat(from.get("inputCount").asInt()).isEqualTo(25);
      assertThat(from.get("inputs")).hasSize(25);
      assertThat(from.get("inputs").get(0).get("sizeBytes").asLong()).isEqualTo(40);
      assertThat(from.get("inputs").get(0).get("label").asText()).isEqualTo("mr://box/in/10");
      assertThat(from.get("inputs").get(24).get("sizeBytes").isNull()).isTrue();
      assertThat(from.get("nodes")).hasSize(1);
      assertThat(from.get("created").asText()).startsWith("2026-");
      assertThat(from.get("ended").asText()).startsWith("2026-");
      assertThat(from.get("ancestors").get(0).get("whole").asBoolean()).isTrue();
    }
    assertThat(shell.run("explain", "box/out").out()).doesNotContain("destroyed");
    assertThat(shell.run("stat", "box/in/10", "--json").json().get("provenance").isNull()).isTrue();
  }

  @Test
  void statShowsTheProducer() {
    assertThat(shell.run("stat", "box/out").out().lines())
        .contains("program   count -l", "digest    " + "ab".repeat(32))
        .anyMatch(line -> line.matches("computed  2026-.*, 1\\.5 s, from 25 inputs"));
    assertThat(shell.run("stat", "box/in/10").out())
        .doesNotContain("program")
        .doesNotContain("job");
    shell.run("cp", "box/out", "box/copy");
    assertThat(shell.run("stat", "box/copy").out()).contains("program   count -l");
    shell.millrace.jobs.forget(shell.millrace.jobs.list().getFirst().job().id());
    assertThat(shell.run("stat", "box/out").out())
        .contains("job       00000000000000010000000000000001, forgotten since");
    assertThat(shell.run("stat", "box/out", "--json").json().get("provenance").isNull()).isTrue();
  }

  @Test
  void whatNoJobMadeOrNobodyRemembersIsSaidSo() {
    for (String command : new String[] {"explain", "verify"}) {
      Outcome stored = shell.run(command, "box/in/10");
      assertThat(stored.status()).isEqualTo(1);
      assertThat(stored.err())
          .isEqualTo(
              "millrace: mr://box/in/10: no job made it, it was stored as it is: name the answer of"
                  + " a job\n");
    }
    shell.millrace.jobs.forget(shell.millrace.jobs.list().getFirst().job().id());
    for (String command : new String[] {"explain", "verify"}) {
      assertThat(shell.run(command, "box/out").err())
          .isEqualTo(
              "millrace: box/out: the record of job 00000000000000010000000000000001, which made"
                  + " it, is gone: run that job again\n");
    }
  }

  @Test
  void anEarlierVersionIsTakenWhenItIsNamed() {
    String first = shell.run("stat", "box/out", "--json").json().get("version").asText();
    shell.store("box", "out", "by hand\n");
    assertThat(shell.run("explain", "box/out").err()).contains("no job made it");
    assertThat(shell.run("explain", "box/out", "--version", first).out())
        .contains("version   " + first + "\n", "program   count -l\n");
    Outcome equal = shell.run("verify", "box/out", "--version", first, "--json");
    assertThat(equal.err()).isEmpty();
    assertThat(equal.json().get("version").asText()).isEqualTo(first);
    assertThat(equal.json().get("equal").asBoolean()).isTrue();
    assertThat(equal.json().get("sha256Again")).isEqualTo(equal.json().get("sha256"));
    assertThat(equal.json().get("jobAgain")).isNotEqualTo(equal.json().get("job"));
    assertThat(equal.json().get("programChanged").asBoolean()).isFalse();
  }

  @Test
  void anObjectThatIsNotThereIsNamed() {
    for (String command : new String[] {"explain", "verify"}) {
      Outcome noKey = shell.run(command, "box/none", "--json");
      assertThat(noKey.status()).isEqualTo(1);
      assertThat(noKey.out()).isEmpty();
      assertThat(noKey.err())
          .isEqualTo("millrace: box/none: there is no such object: check the key\n");
      assertThat(shell.run(command, "none/out").err())
          .isEqualTo("millrace: bucket none: there is none: make it first\n");
      Outcome noVersion = shell.run(command, "box/out", "--version", "f".repeat(32));
      assertThat(noVersion.status()).isEqualTo(1);
      assertThat(noVersion.err()).contains("no such version");
    }
  }

  @Test
  void wrongUsage() {
    for (String command : new String[] {"explain", "verify"}) {
      for (String[] wrong :
          new String[][] {
            {command},
            {command, "box"},
            {command, "box/"},
            {command, "box/out", "box/out"},
            {command, "box/out", "--version"},
            {command, "box/out", "--version", "first"},
            {command, "box/out", "--again"}
          }) {
        Outcome outcome = shell.run(wrong);
        assertThat(outcome.status()).as(String.join(" ", wrong)).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).endsWith(": see 'millrace help " + command + "'\n");
      }
    }
  }

  @Test
  void oneOfManyFilesIsVerifiedByItself() {
    assertThat(shell.run("run", "split", "mr://box/out", "-o", "mr://box/parts/").err()).isEmpty();
    Outcome equal = shell.run("verify", "box/parts/0");
    assertThat(equal.err()).isEmpty();
    assertThat(equal.out()).startsWith("box/parts/0: equal, run again it has the same SHA-256 ");
    assertThat(shell.keys(".results")).isEmpty();
    shell.run("cp", "box/parts/0", "box/copy");
    assertThat(shell.run("verify", "box/copy").err())
        .contains("box/copy: it is a copy of one of the files that job ")
        .endsWith("verify that one, under mr://box/parts/\n");
    shell.millrace.jobs.changed = "other ";
    assertThat(shell.run("verify", "box/parts/0").out()).startsWith("box/parts/0: different, ");
    shell.millrace.jobs.fileNames = "other-";
    assertThat(shell.run("verify", "box/parts/0").out())
        .endsWith(", and run again there is no such file\n");
    assertThat(shell.keys(".results")).isEmpty();
  }

  @Test
  void verifyRunsAgainAndComparesAndLeavesNothing() {
    String sha256 =
        Text.hex(
            FileDigest.digest("SHA-256")
                .digest(shell.stored("box", "out").getBytes(StandardCharsets.UTF_8)));
    Outcome equal = shell.run("verify", "box/out");
    assertThat(equal.err()).isEmpty();
    assertThat(equal.status()).isZero();
    assertThat(equal.out())
        .isEqualTo("box/out: equal, run again it has the same SHA-256 " + sha256 + "\n");
    assertThat(shell.millrace.jobs.requested().reuse().name()).isEqualTo("APART");
    assertThat(shell.keys(".results")).isEmpty();

    shell.millrace.jobs.changed = "other ";
    shell.millrace.jobs.programDigest = "cd".repeat(32);
    Outcome different = shell.run("verify", "box/out");
    assertThat(different.status()).isEqualTo(1);
    assertThat(different.out())
        .startsWith("box/out: different, its SHA-256 is " + sha256 + ", and run again ")
        .endsWith("; the program is another version now\n");
    JsonNode json = shell.run("verify", "box/out", "--json").json();
    assertThat(json.get("equal").asBoolean()).isFalse();
    assertThat(json.get("sha256").asText()).isEqualTo(sha256);
    assertThat(json.get("programChanged").asBoolean()).isTrue();
    assertThat(shell.keys(".results")).isEmpty();
  }
}
