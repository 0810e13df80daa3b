package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TaskIdTest {
  @Test
  void readsWhatItWrites() {
    for (TaskId id :
        List.of(
            new TaskId(0, 0),
            new TaskId(1, 0),
            new TaskId(0, TaskId.TASKS - 1),
            new TaskId(TaskId.STAGES - 1, TaskId.TASKS - 1))) {
      assertThat(TaskId.parse(id.toString())).isEqualTo(id);
    }
  }

  @Test
  void whatIsNoTaskIsRefused() {
    for (String text :
        List.of("", ".", "1.", ".1", "-1", "1.2.3", "a", "128.0", "16777216", "999999999999")) {
      assertThatThrownBy(() -> TaskId.parse(text))
          .as(text)
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
  }
}
