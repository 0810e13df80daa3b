package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobSpec;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Program;
import dev.millrace.model.WrappedKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a home remembers of its plug-ins, and which of their jobs go on.
final class PluginLedgerTest {
  @TempDir Path temp;

  private Path file;

  @BeforeEach
  void name() {
    file = temp.resolve("plugin-jobs");
  }

  private static Job job(int number, String program) {
    return Job.accepted(
            new JobId(new Id128(1, number)),
            new JobSpec(
                new Program.Instruction(program, List.of()),
                List.of(),
                List.of(),
                new BucketName("lab"),
                new ObjectKey("out")),
            0,
            new WrappedKey(1, Bytes.EMPTY),
            Optional.empty())
        .running();
  }

  private PluginJobs start(String... versions) {
    return new PluginJobs(file, versions.length == 0 ? Map.of() : Map.of(versions[0], versions[1]));
  }

  @Test
  void isReadAsItWasWritten() {
    PluginLedger ledger =
        new PluginLedger(Map.of("tally", "10-20", "7z", "1-2"), Map.of())
            .withResumed(new JobId(new Id128(3, 4)), 5)
            .withResumed(new JobId(new Id128(3, 5)), 0);
    assertThat(PluginLedger.parse(ledger.text())).isEqualTo(ledger);
    assertThat(PluginLedger.parse("")).isEqualTo(PluginLedger.EMPTY);
    assertThat(PluginLedger.parse(PluginLedger.EMPTY.text())).isEqualTo(PluginLedger.EMPTY);
    assertThat(PluginLedger.parse("resumed x 1\nresumed " + "0".repeat(32) + " x\n\0\nplugin a\n"))
        .isEqualTo(PluginLedger.EMPTY);
  }

  @Test
  void aHomeWithoutPluginsGetsNoFile() {
    PluginJobs jobs = start();
    assertThat(jobs.refusal(job(1, "count"), 3)).isEmpty();
    jobs.started();
    jobs.close();
    assertThat(file).doesNotExist();
  }

  @Test
  void theNodeMayDieOnceWithAJobThatWentOn() {
    Job job = job(1, "tally");
    PluginJobs first = start("tally", "v1");
    first.started(); // the job is submitted, and the node dies
    PluginJobs second = start("tally", "v1");
    assertThat(second.refusal(job, 0)).isEmpty();
    second.started(); // dies again
    PluginJobs third = start("tally", "v1");
    assertThat(third.refusal(job, 0).orElseThrow())
        .contains(job.id().toString(), "'tally'", "died twice", "report it to the plug-in's maker");
    assertThat(third.refusal(job(2, "tally"), 0)).isEmpty();
    assertThat(third.refusal(job(1, "count"), 0)).isEmpty();
  }

  @Test
  void aJobThatGetsFurtherGoesOnHoweverOftenTheNodeDies() {
    Job job = job(1, "tally");
    start("tally", "v1").started();
    for (int tasks = 0; tasks < 5; tasks++) {
      PluginJobs jobs = start("tally", "v1");
      assertThat(jobs.refusal(job, tasks)).isEmpty();
      jobs.started();
    }
    assertThat(start("tally", "v1").refusal(job, 4)).isPresent();
  }

  @Test
  void anOrderlyEndIsNoDeath() {
    Job job = job(1, "tally");
    for (int i = 0; i < 5; i++) {
      PluginJobs jobs = start("tally", "v1");
      assertThat(jobs.refusal(job, 0)).isEmpty();
      jobs.started();
      jobs.close();
    }
  }

  @Test
  void piecesOfAReplacedPluginAreNotMixedWithNewOnes() {
    Job job = job(1, "tally");
    PluginJobs first = start("tally", "v1");
    first.started();
    first.close();
    PluginJobs same = start("tally", "v1");
    assertThat(same.refusal(job, 3)).isEmpty();
    same.started();
    same.close();
    PluginJobs other = start("tally", "v2");
    assertThat(other.refusal(job, 3).orElseThrow()).contains("'tally' was replaced");
    assertThat(other.refusal(job(2, "tally"), 0)).as("without pieces").isEmpty();
    other.started();
    other.close();
    assertThat(start("tally", "v2").refusal(job(3, "tally"), 1)).isEmpty();
    assertThat(start("shout", "v2").refusal(job(3, "shout"), 1)).as("not known before").isPresent();
  }

  @Test
  void anUnchangedFileIsNotWrittenAgain() throws Exception {
    PluginJobs first = start("tally", "v1");
    first.started();
    first.close();
    Object before = Files.getAttribute(file, "unix:ino");
    PluginJobs second = start("tally", "v1");
    second.started();
    second.close();
    assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(before);
  }
}
