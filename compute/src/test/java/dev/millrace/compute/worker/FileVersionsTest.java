package dev.millrace.compute.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Id128;
import dev.millrace.compute.worker.TaskOrder.Try;
import dev.millrace.model.JobId;
import dev.millrace.model.TaskId;
import dev.millrace.model.VersionId;
import dev.millrace.testkit.Seeds;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FileVersionsTest {
  private final SplittableRandom random = new SplittableRandom(Seeds.seed("FileVersionsTest"));

  @Test
  void filesOfAJobDifferAndNoneIsTheJobsOwn() {
    JobId job = new JobId(new Id128(random.nextLong(), random.nextLong()));
    Set<VersionId> seen = new HashSet<>();
    seen.add(new VersionId(job.value()));
    int step = 1 + random.nextInt(40_000);
    for (int task = 0; task < TaskId.TASKS; task += 1 + random.nextInt(TaskId.TASKS / 30)) {
      for (int attempt = 1; attempt < 6; attempt++) {
        for (int index = 0; index < 20_000; index += step) {
          VersionId id = FileVersions.of(job, task, new Try(attempt, 1), index);
          assertThat(seen.add(id)).as("%d.%d.%d", task, attempt, index).isTrue();
          assertThat(id.value().high()).as("the time of the job").isEqualTo(job.value().high());
        }
      }
    }
  }

  @Test
  void filesOfJobsThatDifferInOneBitDiffer() {
    Id128 id = new Id128(random.nextLong(), random.nextLong());
    VersionId first = FileVersions.of(new JobId(id), 1, Try.FIRST, 1);
    for (int bit = 0; bit < 64; bit++) {
      Id128 high = new Id128(id.high() ^ 1L << bit, id.low());
      Id128 low = new Id128(id.high(), id.low() ^ 1L << bit);
      assertThat(FileVersions.of(new JobId(high), 1, Try.FIRST, 1)).isNotEqualTo(first);
      assertThat(FileVersions.of(new JobId(low), 1, Try.FIRST, 1)).isNotEqualTo(first);
    }
  }

  @Test
  void theIdsAreAsTheDocumentationSays() {
    JobId job = new JobId(new Id128(0x0123456789abcdefL, 0));
    assertThat(FileVersions.of(job, 0, Try.FIRST, 0))
        .hasToString("0123456789abcdef83dde9945addd4e7");
    assertThat(FileVersions.of(job, 7, new Try(3, 1), 9))
        .hasToString("0123456789abcdef9e81bf4517665ba5");
  }
}
