package dev.millrace.compute.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import org.junit.jupiter.api.Test;

final class InstructionsTest {
  private final Instructions instructions = Instructions.load();

  @Test
  void findsWhatIsOnTheClassPath() {
    assertThat(instructions.all().stream().map(Instruction::name))
        .containsExactly(
            "checksum",
            "compress",
            "count",
            "cut",
            "decompress",
            "grep",
            "head",
            "sample",
            "split",
            "uniq");
    assertThat(instructions.find("count").usage()).startsWith("count ");
  }

  @Test
  void suggestsTheNearestName() {
    assertSuggests("compres", "did you mean compress?");
    assertSuggests("cuont", "did you mean count?");
    assertSuggests("COUNT", "did you mean count?");
    assertSuggests("decompres", "did you mean decompress?");
    assertSuggests("check", "did you mean checksum?");
    assertSuggests("sort", "choose one of checksum, compress, count, cut, decompress");
    assertSuggests("", "choose one of");
    assertSuggests("x".repeat(100_000), "choose one of");
  }

  private void assertSuggests(String typed, String suggestion) {
    assertThatThrownBy(() -> instructions.find(typed))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SUCH_PROGRAM))
        .hasMessageContaining(suggestion);
  }
}
