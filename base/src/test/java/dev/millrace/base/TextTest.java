package dev.millrace.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TextTest {
  @Test
  void controlCharactersCannotReachATerminal() {
    assertThat(Text.printable("a\u001b[31mb\nc\0")).isEqualTo("a\\x1b[31mb\\x0ac\\x00");
    assertThat(Text.printable("naïve 🌊")).isEqualTo("naïve 🌊");
  }

  @Test
  void longTextIsCut() {
    assertThat(Text.printable("x".repeat(5000))).hasSizeLessThan(210).endsWith("…");
    assertThat(Text.printable("x".repeat(5000), 1000)).hasSize(1001).endsWith("…");
    assertThat(Text.printable("a\nb", 1000)).isEqualTo("a\\x0ab");
  }
}
