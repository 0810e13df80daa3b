package dev.millrace.wire.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.model.BucketName;
import dev.millrace.model.JobSpec;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Priority;
import dev.millrace.model.Program;
import dev.millrace.wire.proto.JobSpecRow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class JobRowTest {
  private static JobSpec spec(Priority priority) {
    return new JobSpec(
        new Program.Instruction("count", List.of("-l")),
        List.of(),
        List.of(),
        BucketName.RESULTS,
        new ObjectKey("out"),
        priority);
  }

  @ParameterizedTest
  @EnumSource(Priority.class)
  void aJobKeepsItsPriority(Priority priority) {
    assertThat(RowCodec.noun(RowCodec.message(spec(priority)))).isEqualTo(spec(priority));
  }

  @Test
  void aRowOfBeforeThereWerePrioritiesIsNormal() {
    JobSpecRow old = RowCodec.message(spec(Priority.HIGH)).toBuilder().clearPriority().build();
    assertThat(RowCodec.noun(old)).isEqualTo(spec(Priority.NORMAL));
  }
}
