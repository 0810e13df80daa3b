package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.Tool;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instructions;
import dev.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `split` against GNU's: the same names, the same bytes.
final class SplitTest {
  @TempDir private Path folder;
  private final CutRun run = new CutRun();
  private final SplittableRandom random = new SplittableRandom(Seeds.seed("SplitTest"));

  @AfterEach
  void close() {
    run.close();
  }

  private static Call call(List<String> arguments) {
    return Instructions.load().find("split").parse(arguments);
  }

  private Map<String, byte[]> files(byte[] input, List<String> arguments) {
    return run.files(call(arguments), List.of("in"), List.of(input), List.of());
  }

  /// What GNU's makes; absent when it fails.
  private Map<String, byte[]> gnus(byte[] input, List<String> arguments, String prefix)
      throws IOException, InterruptedException {
    Path out = Files.createTempDirectory(folder, "gnu");
    List<String> words = new ArrayList<>(List.of("split"));
    words.addAll(arguments);
    words.addAll(List.of("-", prefix));
    int status = Tool.run(out, input, words).status();
    Map<String, byte[]> files = new TreeMap<>();
    if (status == 0) {
      try (Stream<Path> paths = Files.list(out)) {
        for (Path path : paths.toList()) {
          files.put(path.getFileName().toString(), Files.readAllBytes(path));
        }
      }
    } else {
      files.put("exit status " + status, new byte[0]);
    }
    return files;
  }

  private void assertAsGnu(byte[] input, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = List.of(arguments);
    Map<String, byte[]> expected = gnus(input, words, "x");
    Map<String, byte[]> files = files(input, words);
    assertThat(List.copyOf(files.keySet()))
        .as("%s", words)
        .isEqualTo(List.copyOf(expected.keySet()));
    files.forEach(
        (name, bytes) -> assertThat(bytes).as("%s %s", words, name).isEqualTo(expected.get(name)));
  }

  private byte[] text(int mostLines, int longest) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(mostLines); i > 0; i--) {
      int length = random.nextInt(4) == 0 ? random.nextInt(longest) : random.nextInt(8);
      text.append("x".repeat(length)).append(i).append('\n');
    }
    if (random.nextBoolean()) {
      text.append("y".repeat(random.nextInt(longest)));
    }
    return text.toString().getBytes(UTF_8);
  }

  @Test
  void linesBytesAndLinesWithinBytesAreCutAsByGnu() throws IOException, InterruptedException {
    for (int round = Seeds.rounds(20); round > 0; round--) {
      byte[] input = text(120, 40);
      assertAsGnu(input, "-l", "" + (3 + random.nextInt(40)));
      assertAsGnu(input, "-b", "" + (10 + random.nextInt(60)));
      assertAsGnu(input, "-C", "" + (10 + random.nextInt(60)));
    }
  }

  @Test
  void whatIsLeftOfExactlyTheSizeIsCutAsByGnu() throws IOException, InterruptedException {
    for (String text : List.of("aaa\nbb", "aaa\nbb\n", "aaaaaa", "aaaaa\n", "\n\n\n", "a")) {
      for (int size = 1; size < 9; size++) {
        assertAsGnu(text.getBytes(UTF_8), "-C", "" + size);
        assertAsGnu(text.getBytes(UTF_8), "-b", "" + size);
        assertAsGnu(text.getBytes(UTF_8), "-l", "" + size);
      }
    }
  }

  @Test
  void inputsLargerThanAnyBufferAreCutAsByGnu() throws IOException, InterruptedException {
    for (int round = Seeds.rounds(3); round > 0; round--) {
      byte[] input = new byte[5_000_000 + random.nextInt(1_000_000)];
      Arrays.fill(input, (byte) 'x');
      for (int i = random.nextInt(300_000); i < input.length; i += 1 + random.nextInt(300_000)) {
        input[i] = '\n';
      }
      assertAsGnu(input, "-l", "" + (1 + random.nextInt(9)));
      assertAsGnu(input, "-b", "" + (200_000 + random.nextInt(2_000_000)));
      assertAsGnu(input, "-C", "" + (200_000 + random.nextInt(800_000)));
      assertAsGnu(input, "-C", "" + (1_048_576 + random.nextInt(2_000_000)));
    }
  }

  @Test
  void withoutOptionsFilesHaveAThousandLines() throws IOException, InterruptedException {
    assertAsGnu("line\n".repeat(2500).getBytes(UTF_8));
  }

  @Test
  void anEmptyInputMakesNoFile() throws IOException, InterruptedException {
    assertAsGnu(new byte[0]);
    assertThat(files(new byte[0], List.of())).isEmpty();
  }

  @Test
  void suffixesGrowAsGnus() throws IOException, InterruptedException {
    byte[] lines = "\n".repeat(1000).getBytes(UTF_8);
    assertAsGnu(Arrays.copyOf(lines, 652), "-l", "1");
    assertAsGnu(Arrays.copyOf(lines, 992), "-l", "1", "-d");
    assertAsGnu(Arrays.copyOf(lines, 120), "-l1", "-d", "-a0", "--additional-suffix=.txt");
    assertAsGnu(lines, "-l20", "-a3", "-d");
  }

  @Test
  void suffixesGrowAgainAndAgain() {
    SplitNames letters = new SplitNames(new SplitNames.Form("x", 0, false, ""));
    List<String> names = Stream.generate(letters::next).limit(17_552).toList();
    assertThat(names).isSorted().doesNotHaveDuplicates();
    assertThat(names.subList(17_548, 17_552))
        .containsExactly("xzyzy", "xzyzz", "xzzaaaa", "xzzaaab");
  }

  @Test
  void suffixesOfAFixedLengthAreUsedUpAsGnus() throws IOException, InterruptedException {
    byte[] input = "\n".repeat(26).getBytes(UTF_8);
    assertAsGnu(input, "-l", "1", "-a", "1");
    assertAsGnu("\n".repeat(10).getBytes(UTF_8), "-l", "1", "-a", "1", "-d");
    byte[] more = "\n".repeat(27).getBytes(UTF_8);
    assertThat(gnus(more, List.of("-l", "1", "-a", "1"), "x")).containsOnlyKeys("exit status 1");
    assertThatThrownBy(() -> files(more, List.of("-l", "1", "-a", "1")))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
        .hasMessageContaining("output file suffixes exhausted");
  }

  @Test
  void thePrefixIsWhatNamesBeginWith() throws IOException, InterruptedException {
    byte[] input = "a\nb\n".getBytes(UTF_8);
    Map<String, byte[]> expected = gnus(input, List.of("-l", "1"), "part-");
    assertThat(files(input, List.of("-l", "1", "--prefix", "part-")).keySet())
        .isEqualTo(expected.keySet());
    assertThat(files(input, List.of("-l", "1", "--prefix=parts/p")).keySet())
        .containsExactly("parts/paa", "parts/pab");
    assertThatThrownBy(() -> files(input, List.of("--prefix=../x")))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_KEY))
        .hasMessageContaining("'../xaa'");
  }

  @Test
  void sizesAreThoseOfGnu() throws IOException, InterruptedException {
    byte[] input = new byte[3000];
    for (String size :
        List.of("b", "2b", "k", "K", "1K", "1k", "1KiB", "1KB", "1kB", "1KD", "2K", "M", "+7")) {
      assertAsGnu(input, "-b", size);
    }
    for (String size :
        List.of(
            "",
            "0",
            "-1",
            "x",
            "1g",
            "1iB",
            "1B",
            "1c",
            "1Q",
            "1KBx",
            "1Ki",
            "0x10",
            "16E",
            "9223372036854775808",
            "1Z",
            "b1",
            "+")) {
      assertThat(gnus(input, List.of("-b", size), "x")).as(size).containsOnlyKeys("exit status 1");
      assertThat(SplitSize.parse(size)).as(size).isEmpty();
    }
    assertThat(SplitSize.parse("7E")).isEqualTo(OptionalLong.of(7L << 60));
    assertThat(SplitSize.parse("9EB")).isEqualTo(OptionalLong.of(9_000_000_000_000_000_000L));
    assertThat(SplitSize.parse("3TiB")).isEqualTo(OptionalLong.of(3L << 40));
    assertThat(SplitSize.parse("2PB")).isEqualTo(OptionalLong.of(2_000_000_000_000_000L));
    assertThat(SplitSize.parse("5GB")).isEqualTo(OptionalLong.of(5_000_000_000L));
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertRefused("-l '1k': not a number of lines", "-l", "1k");
    assertRefused("--lines '0': not a number of lines", "--lines=0");
    assertRefused("-b '1g': not a size", "-b", "1g");
    assertRefused("cannot split in more than one way", "-l", "2", "-b", "3");
    assertRefused("cannot split in more than one way", "-b3", "-b4");
    assertRefused("-a '-1': not a length", "-a", "-1");
    assertRefused("-a '256': not a length", "-a256");
    assertRefused("--additional-suffix 'a/b': it has a '/'", "--additional-suffix", "a/b");
    assertRefused("argument '-n': not known", "-n", "3");
    assertRefused("option -l: its value is missing", "-l");
  }

  private static void assertRefused(String message, String... arguments) {
    assertThatThrownBy(() -> call(List.of(arguments)))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(message);
  }
}
