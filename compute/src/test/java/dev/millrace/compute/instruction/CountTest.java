package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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

final class CountTest {
  private static final List<List<String>> OPTIONS =
      List.of(
          List.of(),
          List.of("-l"),
          List.of("-w"),
          List.of("-c"),
          List.of("-lc"),
          List.of("-w", "-l"),
          List.of("-cw"),
          List.of("-lwc"));

  @TempDir private Path folder;
  private final CutRun run = new CutRun();

  @AfterEach
  void close() {
    run.close();
  }

  private void assertAsWc(
      List<String> options, List<String> names, List<byte[]> inputs, List<Long> cuts)
      throws IOException, InterruptedException {
    List<String> wc = new ArrayList<>(List.of("wc"));
    wc.addAll(options);
    wc.add("--");
    for (int i = 0; i < names.size(); i++) {
      Files.write(folder.resolve(names.get(i)), inputs.get(i));
      wc.add(names.get(i));
    }
    List<String> count = new ArrayList<>(List.of("count"));
    count.addAll(options);
    byte[] answer = run.answer(count, names, inputs, cuts);
    byte[] expected = Tool.run(folder, new byte[0], wc).output();
    assertThat(new String(answer, ISO_8859_1)).isEqualTo(new String(expected, ISO_8859_1));
  }

  @Test
  void countsAwkwardInputsAsWcDoesCutAnywhere() throws Exception {
    for (byte[] input : Inputs.awkward()) {
      for (List<String> options : OPTIONS) {
        assertAsWc(options, List.of("f"), List.of(input), List.of());
      }
      if (input.length <= 300) {
        for (long cut = 1; cut < input.length; cut += 1 + input.length / 40) {
          assertAsWc(List.of(), List.of("f"), List.of(input), List.of(cut));
        }
      }
    }
  }

  @Test
  void countsRandomInputsAsWcDoesWithRandomCuts() throws Exception {
    SplittableRandom random = new SplittableRandom(Seeds.seed("CountTest"));
    for (int round = Seeds.rounds(150); round > 0; round--) {
      List<byte[]> inputs = Inputs.severalRandom(random);
      List<String> names = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        names.add("file " + i);
      }
      long total = inputs.stream().mapToLong(input -> input.length).sum();
      List<String> options = OPTIONS.get(random.nextInt(OPTIONS.size()));
      assertAsWc(options, names, inputs, CutRun.randomCuts(random, total, 12));
    }
  }

  @Test
  void everyPairOfBytesIsSeenAsWcSeesIt() throws Exception {
    // Each pair between an `a` and a line feed, once in each place of a word of eight bytes.
    byte[] pairs = new byte[256 * 256 * 5];
    for (int i = 0; i < 256 * 256; i++) {
      pairs[5 * i] = 'a';
      pairs[5 * i + 1] = (byte) (i >> 8);
      pairs[5 * i + 2] = (byte) i;
      pairs[5 * i + 3] = 'a';
      pairs[5 * i + 4] = '\n';
    }
    assertAsWc(List.of(), List.of("f"), List.of(pairs), List.of());
    assertAsWc(List.of("-l"), List.of("f"), List.of(pairs), List.of(100L, 101L, 30_001L));
  }

  @Test
  void quotesNamesAsWcDoes() throws Exception {
    List<String> names =
        List.of(
            "a\nb",
            "\n",
            "\nx'y",
            "it's\n",
            "\n'\n",
            "'\n'é",
            "x\n'",
            "q'\ny",
            "é\n\t\r\u0001$ \"\\",
            "plain \t\\ é",
            "~\n#1");
    List<byte[]> inputs = names.stream().map(_ -> new byte[] {'a'}).toList();
    assertAsWc(List.of(), names, inputs, List.of());
  }

  @Test
  void printsNoNameForAnInputWithoutOne() throws Exception {
    byte[] input = "one two\n".getBytes(ISO_8859_1);
    assertThat(run.answer(List.of("count"), List.of(""), List.of(input), List.of()))
        .asString(ISO_8859_1)
        .isEqualTo("1 2 8\n");
    assertThat(run.answer(List.of("count", "-w"), List.of("-"), List.of(input), List.of()))
        .asString(ISO_8859_1)
        .isEqualTo("2 -\n");
  }

  @Test
  void refusesAnUnknownOptionWithTheUsage() {
    assertThatThrownBy(() -> new CountInstruction().parse(List.of("-m")))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessage("count: argument '-m': not known: use count [-l] [-w] [-c]");
  }
}
