package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.Tool;
import dev.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrepTest {
  private static final List<String> PATTERNS =
      List.of(
          "",
          "a",
          "ab",
          "B A",
          ".",
          "^",
          "$",
          "^$",
          "^a",
          "b$",
          "a*",
          "a*b",
          "*a",
          "^*",
          "\\(*a\\)",
          "\\(ab\\)*b",
          "\\(a\\|b\\)\\{2,3\\}",
          "a\\{2\\}",
          "a\\{0,\\}b",
          "a\\{,2\\}",
          "a\\+b\\?",
          "a\\|b",
          "^a\\|b$",
          "[ab]",
          "[^ab ]",
          "[]a]",
          "[^]a]",
          "[a-]",
          "[[:space:]]",
          "[[:alpha:]][[:punct:]]",
          "[[:upper:]]",
          "[[.a.]b]",
          "[[=a=]]",
          "\\wb",
          "\\W",
          "\\s\\S",
          "\\bab",
          "a\\B",
          "\\<ab",
          "b\\>",
          "a^b",
          "a$b",
          "x\\$",
          "a.b",
          "é",
          "[é]",
          "(a)",
          "a+",
          "{",
          "a\nb",
          "aa*\n^$",
          "\\.",
          "\\(a\\(b\\)*\\)\\{2\\}",
          "a**",
          "ab*a");

  private static final List<String> ALPHABETS =
      List.of("ab\n", "abAB \n", "ab.\n\r\t é", "a\n\n\nb{}()+$^*]", "\u0000ab\n\u007f");

  @TempDir private Path folder;
  private final CutRun run = new CutRun();

  @AfterEach
  void close() {
    run.close();
  }

  private void assertAsGrep(
      List<String> options, String pattern, List<byte[]> inputs, List<Long> cuts)
      throws IOException, InterruptedException {
    List<String> grep = new ArrayList<>(List.of("grep", "-a"));
    grep.addAll(options);
    grep.addAll(List.of("-e", pattern, "--"));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      names.add("file " + i);
      Files.write(folder.resolve(names.get(i)), inputs.get(i));
    }
    grep.addAll(names);
    List<String> ours = new ArrayList<>(List.of("grep"));
    ours.addAll(options);
    ours.add(pattern);
    byte[] answer = run.answer(ours, names, inputs, cuts);
    byte[] expected = Tool.run(folder, new byte[0], grep).output();
    assertThat(new String(answer, ISO_8859_1))
        .as("%s, cuts %s", grep, cuts)
        .isEqualTo(new String(expected, ISO_8859_1));
  }

  private static byte[] text(SplittableRandom random) {
    String alphabet = ALPHABETS.get(random.nextInt(ALPHABETS.size()));
    byte[] letters = alphabet.getBytes(UTF_8);
    byte[] bytes = new byte[random.nextInt(3) == 0 ? random.nextInt(12) : random.nextInt(2_000)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = letters[random.nextInt(letters.length)];
    }
    return bytes;
  }

  @Test
  void findsWhatGrepFindsWhereverItIsCut() throws Exception {
    SplittableRandom random = new SplittableRandom(Seeds.seed("GrepTest"));
    for (int round = Seeds.rounds(1_000); round > 0; round--) {
      List<byte[]> inputs = new ArrayList<>();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        inputs.add(random.nextInt(8) == 0 ? new byte[0] : text(random));
      }
      List<String> options = new ArrayList<>();
      for (String option : List.of("-i", "-v", "-c", "-n", "-o", "-F")) {
        if (random.nextInt(4) == 0) {
          options.add(option);
        }
      }
      String pattern = PATTERNS.get(random.nextInt(PATTERNS.size()));
      if (pattern.isEmpty() && options.contains("-v")) {
        pattern = "^"; // GNU grep ends at once then, without the count it was asked for
      }
      boolean whole = options.contains("-n") && !options.contains("-c");
      long total = inputs.stream().mapToLong(input -> input.length).sum();
      List<Long> cuts = whole ? CutRun.edges(inputs) : CutRun.randomCuts(random, total, 6);
      assertAsGrep(options, pattern, inputs, cuts);
    }
  }

  @Test
  void everyPatternFindsWhatGrepFinds() throws Exception {
    SplittableRandom random = new SplittableRandom(Seeds.seed("GrepTest.patterns"));
    for (String pattern : PATTERNS) {
      List<byte[]> inputs = List.of(text(random), text(random), text(random));
      assertAsGrep(List.of(), pattern, inputs, List.of());
      assertAsGrep(List.of("-o", "-n"), pattern, inputs, CutRun.edges(inputs));
      assertAsGrep(List.of("-ic"), pattern, inputs, List.of());
    }
  }

  @Test
  void findsInAwkwardInputs() throws Exception {
    for (byte[] input : Inputs.awkward()) {
      assertAsGrep(List.of(), "a", List.of(input), List.of());
      assertAsGrep(List.of("-v"), "a", List.of(input), List.of());
      assertAsGrep(List.of("-c"), "", List.of(input), List.of());
      assertAsGrep(List.of("-o"), "[a-f]*", List.of(input), List.of());
    }
  }

  /// Longer than a read, than the buffer, and than a piece.
  @Test
  void findsInLongLines() throws Exception {
    byte[] input = new byte[LineBuffer.LONGEST_LINE_BYTES];
    java.util.Arrays.fill(input, (byte) 'x');
    input[10] = '\n';
    input[2_000_000] = 'a';
    input[4_000_000] = '\n';
    assertAsGrep(List.of(), "a", List.of(input), List.of(100_000L, 3_000_000L));
    assertAsGrep(List.of("-c"), "x", List.of(input), List.of(1_048_576L, 3_000_000L, 4_000_001L));
    assertAsGrep(List.of("-on"), "a", List.of(input), List.of());
  }

  @Test
  void aLineWithoutEndIsRefused() {
    byte[] input = new byte[LineBuffer.LONGEST_LINE_BYTES + 1];
    assertThatThrownBy(
            () -> run.answer(List.of("grep", "x"), List.of("zeros"), List.of(input), List.of()))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
        .hasMessageContaining("'zeros': a line is longer than 8.00 MiB");
  }

  @Test
  void badPatternsAreNamed() {
    assertRefused("[a", "unmatched [");
    assertRefused("[[:foo:]]", "invalid character class name");
    assertRefused("[b-a]", "invalid range end");
    assertRefused("\\(a", "unmatched ( or \\(");
    assertRefused("a\\)", "unmatched ) or \\)");
    assertRefused("a\\", "trailing backslash");
    assertRefused("a\\{1", "unmatched \\{");
    assertRefused("a\\{2,1\\}", "invalid content of \\{\\}");
    assertRefused("a\\{x\\}", "invalid content of \\{\\}");
    assertRefused("\\{1\\}", "invalid preceding regular expression");
    assertRefused("\\(a\\)\\1", "back-references such as \\1 are not supported");
    assertRefused("a\\<.", "\\< and \\> must stand beside");
  }

  private void assertRefused(String pattern, String why) {
    assertThatThrownBy(
            () -> run.answer(List.of("grep", pattern), List.of("f"), List.of(), List.of()))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("grep: pattern '")
        .hasMessageContaining(why)
        .hasMessageContaining("-F takes it as plain text: use grep [-i]");
  }

  @Test
  void missingPatternsAndUnknownOptionsAreNamed() {
    assertThatThrownBy(() -> run.answer(List.of("grep"), List.of("f"), List.of(), List.of()))
        .hasMessageContaining("grep: pattern: missing");
    assertThatThrownBy(
            () -> run.answer(List.of("grep", "a", "-x"), List.of("f"), List.of(), List.of()))
        .hasMessageContaining("grep: argument '-x': not known");
  }
}
