package dev.millrace.compute.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.util.List;
import java.util.Set;
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
            "sort",
            "split",
            "uniq");
    assertThat(instructions.find("count").usage()).startsWith("count ");
  }

  @Test
  void suggestsTheNearestName() {
    assertSuggests("compres", "did you mean 'compress'?");
    assertSuggests("cuont", "did you mean 'count'?");
    assertSuggests("COUNT", "did you mean 'count'?");
    assertSuggests("decompres", "did you mean 'decompress'?");
    assertSuggests("check", "did you mean 'checksum'?");
    assertSuggests("sed", "choose one of checksum, compress, count, cut, decompress");
    assertSuggests("", "choose one of");
    assertSuggests("x".repeat(100_000), "choose one of");
  }

  @Test
  void saysWhichPluginWasLeftOutAndWhy() {
    Instructions some =
        new Instructions(
            instructions.all(),
            List.of(
                new LeftOut("tally-1.0.jar", Set.of(), "plug-in tally-1.0.jar: broken: mend it"),
                new LeftOut("more.jar", Set.of("shout"), "plug-in more.jar: torn: get another")));
    assertThatThrownBy(() -> some.find("tally"))
        .hasMessage(
            "program 'tally': left out when the node started: plug-in tally-1.0.jar: broken: mend"
                + " it");
    assertThatThrownBy(() -> some.find("shout")).hasMessageContaining("more.jar: torn");
    assertThatThrownBy(() -> some.find("tal"))
        .hasMessageContaining("there is none of this name")
        .hasMessageContaining("tally-1.0.jar, more.jar");
    assertThatThrownBy(() -> some.find("")).hasMessageContaining("choose one of");
    assertThat(some.find("count").name()).isEqualTo("count");
  }

  private void assertSuggests(String typed, String suggestion) {
    assertThatThrownBy(() -> instructions.find(typed))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SUCH_PROGRAM))
        .hasMessageContaining(suggestion);
  }
}
