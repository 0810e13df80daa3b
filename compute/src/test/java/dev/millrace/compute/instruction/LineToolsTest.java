package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.compute.Tool;
import dev.millrace.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cut`, `head` and `uniq` against the tools of these names, and `sample` against its promise.
final class LineToolsTest {
  private static final List<List<String>> CUTS =
      List.of(
          List.of("cut", "-b", "1"),
          List.of("cut", "-b", "2-4,3-7,9"),
          List.of("cut", "-c", "-3"),
          List.of("cut", "-b", "5-,1"),
          List.of("cut", "-b", "3 1"),
          List.of("cut", "-f", "1"),
          List.of("cut", "-f", "2-", "-d", " "),
          List.of("cut", "-f", "1,3,4-5", "-d", "a"),
          List.of("cut", "-f", "3-,2", "-d", "b", "-s"),
          List.of("cut", "-f", "7", "-d", "."),
          List.of("cut", "-d ", "-f2-3"),
          List.of("cut", "-b2-"),
          List.of("cut", "--fields=-2", "--delimiter=a"));

  private static final List<List<String>> HEADS =
      List.of(
          List.of("head"),
          List.of("head", "-n", "0"),
          List.of("head", "-n", "1"),
          List.of("head", "-n3"),
          List.of("head", "-n", "300"),
          List.of("head", "-c", "0"),
          List.of("head", "-c", "17"),
          List.of("head", "--bytes=100000"));

  private static final List<List<String>> UNIQS =
      List.of(
          List.of("uniq"),
          List.of("uniq", "-c"),
          List.of("uniq", "-d"),
          List.of("uniq", "-u"),
          List.of("uniq", "-cd"),
          List.of("uniq", "-du"));

  @TempDir private Path folder;
  private final CutRun run = new CutRun();
  private final SplittableRandom random = new SplittableRandom(Seeds.seed("LineToolsTest"));

  @AfterEach
  void close() {
    run.close();
  }

  private List<String> write(List<byte[]> inputs) throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      names.add("file " + i);
      Files.write(folder.resolve(names.get(i)), inputs.get(i));
    }
    return names;
  }

  private byte[] tool(List<String> command, List<String> names)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(command);
    words.add("--");
    words.addAll(names);
    return Tool.run(folder, new byte[0], words).output();
  }

  private static void assertSame(byte[] answer, byte[] expected, List<String> command) {
    assertThat(new String(answer, ISO_8859_1))
        .as("%s", command)
        .isEqualTo(new String(expected, ISO_8859_1));
  }

  private byte[] lines() {
    byte[] letters = "aab \t.\n\n".getBytes(UTF_8);
    byte[] bytes = new byte[random.nextInt(5_000)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = letters[random.nextInt(letters.length)];
    }
    return bytes;
  }

  private List<byte[]> inputs() {
    if (random.nextBoolean()) {
      return Inputs.severalRandom(random);
    }
    List<byte[]> inputs = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      inputs.add(random.nextInt(5) == 0 ? new byte[0] : lines());
    }
    return inputs;
  }

  @Test
  void cutTakesWhatCutTakesWhereverTheInputIsCut() throws Exception {
    for (int round = Seeds.rounds(200); round > 0; round--) {
      List<byte[]> inputs = inputs();
      List<String> names = write(inputs);
      List<String> command = CUTS.get(random.nextInt(CUTS.size()));
      long total = inputs.stream().mapToLong(input -> input.length).sum();
      List<Long> cuts = CutRun.randomCuts(random, total, 8);
      assertSame(run.answer(command, names, inputs, cuts), tool(command, names), command);
    }
  }

  @Test
  void headTakesWhatHeadTakes() throws Exception {
    for (int round = Seeds.rounds(100); round > 0; round--) {
      List<byte[]> inputs = inputs();
      List<String> names = write(inputs);
      List<String> command = HEADS.get(random.nextInt(HEADS.size()));
      assertSame(
          run.answer(command, names, inputs, CutRun.edges(inputs)), tool(command, names), command);
    }
  }

  @Test
  void uniqTakesWhatUniqTakesOfEachInput() throws Exception {
    for (int round = Seeds.rounds(100); round > 0; round--) {
      List<byte[]> inputs = inputs();
      List<String> names = write(inputs);
      List<String> command = UNIQS.get(random.nextInt(UNIQS.size()));
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      for (String name : names) {
        expected.writeBytes(tool(command, List.of(name)));
      }
      assertSame(
          run.answer(command, names, inputs, CutRun.edges(inputs)),
          expected.toByteArray(),
          command);
    }
  }

  @Test
  void awkwardInputsAndLongLines() throws Exception {
    List<byte[]> all = new ArrayList<>(Inputs.awkward());
    byte[] longLine = new byte[3_000_000];
    Arrays.fill(longLine, (byte) 'x');
    longLine[2_500_000] = '\n';
    all.add(longLine);
    for (byte[] input : all) {
      List<String> names = write(List.of(input));
      for (List<List<String>> commands : List.of(CUTS, HEADS, UNIQS)) {
        for (List<String> command : commands) {
          assertSame(
              run.answer(command, names, List.of(input), List.of()), tool(command, names), command);
        }
      }
    }
  }

  @Test
  void aSampleIsTheSameHoweverItIsCut() throws Exception {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = 0; i < 20_000; i++) {
      text.writeBytes(("line " + i + "\n").getBytes(UTF_8));
    }
    List<byte[]> inputs = List.of(text.toByteArray(), text.toByteArray());
    List<String> names = List.of("a", "b");
    List<String> command = List.of("sample", "--percent", "10", "--seed=3");
    byte[] whole = run.answer(command, names, inputs, List.of());
    List<String> lines = new String(whole, UTF_8).lines().toList();
    // 4,000 expected, with a standard deviation of 60.
    assertThat(lines.size()).isBetween(3_600, 4_400);
    assertThat(lines.subList(0, 1_500))
        .isNotEqualTo(lines.subList(lines.size() / 2, 1_500 + lines.size() / 2));
    for (int i = 0; i < 10; i++) {
      List<Long> cuts = CutRun.randomCuts(random, 2L * text.size(), 9);
      assertThat(Arrays.equals(run.answer(command, names, inputs, cuts), whole)).isTrue();
    }
    assertThat(run.answer(List.of("sample", "-p", "100"), names, inputs, List.of()))
        .hasSize(2 * text.size());
    assertThat(run.answer(List.of("sample", "-p", "0"), names, inputs, List.of())).isEmpty();
    assertThat(run.answer(List.of("sample", "-p", "10"), names, inputs, List.of()))
        .isNotEqualTo(whole);
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertRefused(List.of("cut"), "cut: list: give one of -b, -c and -f");
    assertRefused(List.of("cut", "-b", "1", "-f", "1"), "give one of -b, -c and -f");
    assertRefused(List.of("cut", "-b", "0"), "not a list of positions from 1");
    assertRefused(List.of("cut", "-f", "3-1"), "not a list of positions from 1");
    assertRefused(List.of("cut", "-f", "1", "-d", "ab"), "the delimiter must be one byte");
    assertRefused(List.of("cut", "-b", "1", "-s"), "they go with -f only");
    assertRefused(List.of("head", "-n", "-1"), "not a whole number");
    assertRefused(List.of("uniq", "-x"), "argument '-x': not known");
    assertRefused(List.of("sample"), "option --percent: missing");
    assertRefused(List.of("sample", "-p", "101"), "not a number from 0 to 100");
  }

  private void assertRefused(List<String> command, String why) {
    assertThatThrownBy(() -> run.answer(command, List.of("f"), List.of(), List.of()))
        .hasMessageContaining(why);
  }
}
