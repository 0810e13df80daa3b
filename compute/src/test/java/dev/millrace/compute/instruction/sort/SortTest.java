package dev.millrace.compute.instruction.sort;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.Tool;
import dev.millrace.compute.instruction.CutRun;
import dev.millrace.compute.instruction.Inputs;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.Stage;
import dev.millrace.compute.program.StagePlan;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The instruction against GNU `sort`, with memory for a few lines and with a node's.
final class SortTest {
  private static final int LONGEST = 9_000;

  private static final List<String> ALPHABETS =
      List.of(
          "ab\n",
          "abAB \n",
          "ab,\n",
          "a\n\n\n",
          " \t\n",
          "0123456789\n",
          "01.-\n",
          "0-. 1,2\n",
          "aA zZ@[`{\n",
          "a\u0000\u0001\n",
          "ab\r\n",
          "é€ż\u00ff\n",
          "a,b 1\t2\u0000\n");

  private static final List<String> KEYS =
      List.of(
          "1",
          "2",
          "1,1",
          "2,2",
          "2,3",
          "3,1",
          "1.2",
          "1.2,1.3",
          "2.2,2.1",
          "1.3,2.0",
          "1b,1",
          "2b",
          "2b,2b",
          "2.2b,2.3b",
          "1.2b,1.3",
          "1.1,1.2b",
          "2n",
          "2,2n",
          "1nr,1",
          "1r",
          "2rn,2",
          "1f,1",
          "2fr",
          "2bfr,3",
          "9",
          "1.9,3");

  @TempDir private Path folder;
  private CutRun run = new CutRun();
  private int mostStages;
  private final SplittableRandom random = new SplittableRandom(Seeds.seed("SortTest"));

  @AfterEach
  void close() {
    run.close();
  }

  /// Lines may have some thousands of bytes, and a task has memory for two or three of these.
  static SortLimits smallLimits(SplittableRandom random) {
    int step = random.nextBoolean() ? random.nextInt(1, 200) : random.nextInt(1_000, 20_000);
    int least = 2 * (2 * (LONGEST + 1) + step) + LineEnds.SPARE_BYTES;
    return new SortLimits(
        LONGEST,
        step,
        least + random.nextInt(2) * random.nextInt(20_000),
        random.nextLong(1, 2_000),
        random.nextLong(2_000, 6_000),
        random.nextLong(1, 1_000));
  }

  private SortInstruction instruction(SortLimits limits) {
    int shares = random.nextInt(2, 100);
    return new SortInstruction(limits, new SortMemory(limits.mergeBytes(), shares));
  }

  /// The same call, which notes how many stages there are, and whose plan is asked twice, as after
  /// a restart.
  private Call counted(Call call) {
    StagePlan plan = ((Combine.Stages) call.combine()).plan();
    return new Call() {
      @Override
      public Split split() {
        return call.split();
      }

      @Override
      public Combine combine() {
        return new Combine.Stages((stage, results) -> {
          Stage next = plan.after(stage, results);
          mostStages = Math.max(mostStages, stage + 1);
          return stage % 2 == 0 ? next : plan.after(stage, results);
        });
      }

      @Override
      public Bytes run(PieceInput input, OutputStream output, TaskContext context)
          throws IOException {
        return call.run(input, output, context);
      }
    };
  }

  private void assertAsSort(
      SortInstruction sort, List<String> options, List<byte[]> inputs, List<Long> cuts)
      throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      names.add("file " + i);
      Files.write(folder.resolve(names.get(i)), inputs.get(i));
    }
    List<String> command = new ArrayList<>(List.of("sort"));
    command.addAll(options);
    command.add("--");
    command.addAll(names);
    byte[] expected = Tool.run(folder, new byte[0], command).output();
    byte[] answer = run.answer(counted(sort.parse(options)), names, inputs, cuts);
    if (!Arrays.equals(answer, expected)) {
      assertThat(new String(answer, ISO_8859_1))
          .as("%s, cuts %s", command, cuts)
          .isEqualTo(new String(expected, ISO_8859_1));
    }
  }

  private List<String> options() {
    List<String> options = new ArrayList<>();
    for (String letter : List.of("-b", "-f", "-n", "-r", "-s", "-u", "-z")) {
      if (random.nextInt(letter.equals("-z") ? 20 : 5) == 0) {
        options.add(letter);
      }
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      options.addAll(List.of("-k", KEYS.get(random.nextInt(KEYS.size()))));
    }
    if (random.nextInt(3) == 0) {
      options.addAll(List.of("-t", List.of(",", " ", "a", "\\0").get(random.nextInt(4))));
    }
    return options;
  }

  private byte[] text(String alphabet, int length) {
    byte[] letters = alphabet.getBytes(alphabet.contains("ÿ") ? ISO_8859_1 : UTF_8);
    byte[] bytes = new byte[length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = letters[random.nextInt(letters.length)];
    }
    return bytes;
  }

  /// Few different lines, many times; some agree in more than is kept of a sample.
  private byte[] repeated() {
    List<byte[]> lines = new ArrayList<>();
    byte[] begin = text("ab", random.nextInt(3) == 0 ? random.nextInt(400) : 0);
    for (int i = random.nextInt(1, 12); i > 0; i--) {
      lines.add(text("aAb 1,", random.nextInt(12)));
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = random.nextInt(600); i > 0; i--) {
      text.writeBytes(begin);
      text.writeBytes(lines.get(random.nextInt(lines.size())));
      text.write('\n');
    }
    return text.toByteArray();
  }

  private byte[] input() {
    return switch (random.nextInt(8)) {
      case 0 -> new byte[0];
      case 1, 2 -> repeated();
      case 3 -> capped(Inputs.random(random));
      case 4 -> sorted(text("abcdef\n", random.nextInt(8_000)));
      default -> text(ALPHABETS.get(random.nextInt(ALPHABETS.size())), random.nextInt(8_000));
    };
  }

  /// The same with no line that is too long.
  private static byte[] capped(byte[] bytes) {
    for (int i = LONGEST - 1; i < bytes.length; i += LONGEST) {
      bytes[i] = '\n';
    }
    return bytes;
  }

  /// Line feeds become NULs, and NULs line feeds.
  private static void swapEnds(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (bytes[i] == '\n' ? 0 : bytes[i] == 0 ? '\n' : bytes[i]);
    }
  }

  /// GNU `sort` passes over bytes 0x80 in numbers: where C's `char` has a sign its mark for "no
  /// thousands separator" is that byte.
  private static void withoutAccident(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == (byte) 0x80 ? (byte) 0x81 : bytes[i];
    }
  }

  private static byte[] sorted(byte[] text) {
    List<String> lines = new ArrayList<>(new String(text, UTF_8).lines().sorted().toList());
    return String.join("\n", lines).getBytes(UTF_8);
  }

  @Test
  void sortsAsSortDoesWhateverTheCutsAndTheMemory() throws Exception {
    for (int round = Seeds.rounds(1_500); round > 0; round--) {
      if (round % 500 == 0) {
        run.close(); // its store keeps all that was ever written
        run = new CutRun();
      }
      List<byte[]> inputs = new ArrayList<>();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        inputs.add(input());
      }
      long total = inputs.stream().mapToLong(input -> input.length).sum();
      List<String> options = options();
      boolean whole = options.contains("-z");
      if (whole) {
        inputs.forEach(SortTest::swapEnds);
      }
      if (options.toString().contains("n")) {
        inputs.forEach(SortTest::withoutAccident);
      }
      List<Long> cuts = whole ? CutRun.edges(inputs) : CutRun.randomCuts(random, total, 8);
      assertAsSort(instruction(smallLimits(random)), options, inputs, cuts);
    }
    assertThat(mostStages).as("stages").isGreaterThan(2);
  }

  @Test
  void sortsAwkwardInputs() throws Exception {
    List<List<String>> all =
        List.of(
            List.of(),
            List.of("-r"),
            List.of("-u"),
            List.of("-n"),
            List.of("-f", "-s"),
            List.of("-k2,2n", "-k1,1r"),
            List.of("-z"));
    for (byte[] input : Inputs.awkward()) {
      for (List<String> options : all) {
        assertAsSort(new SortInstruction(), options, List.of(input), List.of());
        assertAsSort(instruction(smallLimits(random)), options, List.of(input, input), List.of());
      }
    }
  }

  @Test
  void sortsLinesLongerThanAPiece() throws Exception {
    byte[] input = new byte[SortLimits.USUAL.longestLineBytes()];
    Arrays.fill(input, (byte) 'x');
    input[10] = '\n';
    input[2_000_000] = 'a';
    input[5_000_000] = '\n';
    input[5_000_001] = '\n';
    List<Long> cuts = List.of(100_000L, 3_000_000L, 5_000_001L);
    for (List<String> options : List.of(List.<String>of(), List.of("-k1,1"), List.of("-ru"))) {
      assertAsSort(new SortInstruction(), options, List.of(input, input), cuts);
    }
  }

  /// Where time that grows with the square of a line's length would be noticed.
  @Test
  void sortsLongLinesThatAreNearlyTheSame() throws Exception {
    byte[] line = new byte[2_000_000];
    Arrays.fill(line, (byte) '1');
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = 0; i < 6; i++) {
      line[line.length - 2] = (byte) ('5' - i % 3);
      line[line.length - 1] = '\n';
      text.writeBytes(line);
    }
    List<Long> cuts = List.of(2_000_000L, 4_000_000L);
    for (List<String> options :
        List.of(List.<String>of(), List.of("-n"), List.of("-k1,1"), List.of("-fsr"))) {
      assertAsSort(new SortInstruction(), options, List.of(text.toByteArray()), cuts);
    }
  }

  @Test
  void sortsManyLinesInANodesMemory() throws Exception {
    byte[] words = text("abcde \n", 2_000_000);
    byte[] numbers = text("0123456789\n-", 1_000_000);
    byte[] few = text("a\n", 1_000_000);
    for (List<String> options :
        List.of(
            List.<String>of(),
            List.of("-n"),
            List.of("-u"),
            List.of("-s", "-k2,2"),
            List.of("-r", "-k2n,3", "-k1f"))) {
      SortMemory memory = new SortMemory(SortLimits.USUAL.mergeBytes(), 64);
      SortInstruction sort = new SortInstruction(SortLimits.USUAL, memory);
      assertAsSort(sort, options, List.of(words, numbers, few), List.of(1_700_000L, 2_500_000L));
      assertThat(memory.mostTakenBytes()).isLessThanOrEqualTo(SortLimits.USUAL.mergeBytes());
    }
  }

  @Test
  void aLineThatIsTooLongIsRefused() {
    byte[] input = new byte[LONGEST + 1];
    input[0] = '\n';
    SortInstruction sort = instruction(smallLimits(random));
    assertThat(run(sort, input)).hasSize(LONGEST + 2);
    byte[] longer = new byte[LONGEST + 2];
    longer[0] = '\n';
    assertThatThrownBy(() -> run(sort, longer))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
        .hasMessageContaining("'zeros': a line is longer than 8.79 KiB: split it");
  }

  private byte[] run(SortInstruction sort, byte[] input) {
    try {
      return run.answer(sort.parse(List.of()), List.of("zeros"), List.of(input), List.of());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
