package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.Id128;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JobTest {
  private static final JobOptions OPTIONS = JobOptions.USUAL.with(Priority.HIGH);

  private static Job job() {
    BucketName bucket = new BucketName("box");
    JobSpec spec =
        new JobSpec(
            new Program.Instruction("count", List.of("-l")),
            List.of(ObjectRef.current(bucket, new ObjectKey("in"))),
            List.of("in"),
            bucket,
            new ObjectKey("out"),
            OPTIONS);
    WrappedKey key = new WrappedKey(1, Bytes.EMPTY);
    return Job.accepted(new JobId(new Id128(1, 2)), spec, 7, key, Optional.empty());
  }

  @Test
  void progressNamesNoInputsForItIsKeptAndSentOften() {
    Job job = job().stopped(JobState.FAILED, 9, "it failed", List.of());
    Job shown =
        new JobProgress(job, 1, 0, 0, 0, 0, 0, 0, 0, Optional.empty(), Optional.empty(), 0).job();
    assertThat(shown.spec().inputs()).isEmpty();
    assertThat(shown.spec().labels()).isEmpty();
    assertThat(shown.spec().program()).isEqualTo(job.spec().program());
    assertThat(shown.spec().outputKey()).isEqualTo(job.spec().outputKey());
    assertThat(shown.spec().options()).isEqualTo(OPTIONS);
    assertThat(shown.failure()).contains("it failed");
    assertThat(shown.endedMillis()).isEqualTo(9);
    assertThat(shown.withoutInputs()).isSameAs(shown);
  }
}
