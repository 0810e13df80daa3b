package dev.millrace.wire.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.model.BucketName;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobSpec;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Priority;
import dev.millrace.model.Program;
import dev.millrace.model.TaskLimits;
import dev.millrace.wire.proto.JobSpecRow;
import java.util.List;
import java.util.Optional;
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
        JobOptions.USUAL.with(priority));
  }

  @Test
  void aCommandKeepsAllThatItIs() {
    for (Program.Cut.Unit unit : Program.Cut.Unit.values()) {
      Program.Executable command =
          new Program.Executable(
              "sed 's/a/b/'",
              new Program.Cut(unit, 2, "$$"),
              unit == Program.Cut.Unit.WHOLE ? Optional.empty() : Optional.of("wc -l"),
              unit == Program.Cut.Unit.BYTES,
              List.of(
                  new Program.Shipped(
                      "tool", ObjectRef.current(BucketName.PROGRAMS, new ObjectKey("12ab")))));
      JobSpec spec =
          new JobSpec(
              command,
              List.of(),
              List.of(),
              BucketName.RESULTS,
              new ObjectKey("out"),
              new JobOptions(
                  new TaskLimits(9 << 20, 3, 1500, 1 << 20, 77, 1234), true, Priority.LOW));
      assertThat(RowCodec.noun(RowCodec.message(spec))).isEqualTo(spec);
    }
  }

  @ParameterizedTest
  @EnumSource(Priority.class)
  void aJobKeepsItsPriority(Priority priority) {
    assertThat(RowCodec.noun(RowCodec.message(spec(priority)))).isEqualTo(spec(priority));
  }

  @Test
  void aRowOfBeforeThereWereOptionsHasTheUsualOnes() {
    JobSpecRow old = RowCodec.message(spec(Priority.HIGH)).toBuilder().clearOptions().build();
    assertThat(RowCodec.noun(old)).isEqualTo(spec(Priority.NORMAL));
  }
}
