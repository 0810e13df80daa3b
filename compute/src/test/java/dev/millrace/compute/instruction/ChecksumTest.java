package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.compute.Tool;
import dev.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChecksumTest {
  @TempDir private Path folder;
  private final CutRun run = new CutRun();

  @AfterEach
  void close() {
    run.close();
  }

  private void assertAsTool(String algorithm, List<String> names, List<byte[]> inputs)
      throws IOException, InterruptedException {
    List<String> tool = new ArrayList<>(List.of(algorithm + "sum", "--"));
    for (int i = 0; i < names.size(); i++) {
      Files.write(folder.resolve(names.get(i)), inputs.get(i));
      tool.add(names.get(i));
    }
    byte[] answer = run.answer(List.of("checksum", algorithm), names, inputs, CutRun.edges(inputs));
    byte[] expected = Tool.run(folder, new byte[0], tool).output();
    assertThat(new String(answer, UTF_8)).isEqualTo(new String(expected, UTF_8));
  }

  @Test
  void printsWhatMd5sumAndSha256sumPrint() throws Exception {
    List<byte[]> inputs = Inputs.awkward();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      names.add("f" + i);
    }
    assertAsTool("md5", names, inputs);
    assertAsTool("sha256", names, inputs);
  }

  @Test
  void escapesNamesAsMd5sumDoes() throws Exception {
    List<String> names = List.of("a\nb", "back\\slash", "c\rd", "tab\t é '\"", "\\n");
    assertAsTool("md5", names, names.stream().map(_ -> new byte[0]).toList());
  }

  @Test
  void isSha256ByDefaultAndCallsStandardInputDash() throws Exception {
    byte[] answer =
        run.answer(List.of("checksum"), List.of(""), List.of("abc".getBytes(UTF_8)), List.of());
    Tool.Outcome expected = Tool.run(folder, "abc".getBytes(UTF_8), List.of("sha256sum"));
    assertThat(answer).isEqualTo(expected.output());
  }

  @Test
  void putsCrc32cTogetherWhereverItIsCut() throws Exception {
    SplittableRandom random = new SplittableRandom(Seeds.seed("ChecksumTest"));
    for (int round = Seeds.rounds(200); round > 0; round--) {
      List<byte[]> inputs = Inputs.severalRandom(random);
      StringBuilder expected = new StringBuilder();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        CRC32C crc = new CRC32C();
        crc.update(inputs.get(i));
        expected.append(HexFormat.of().toHexDigits((int) crc.getValue()));
        expected.append("  n").append(i).append('\n');
        names.add("n" + i);
      }
      long total = inputs.stream().mapToLong(input -> input.length).sum();
      byte[] answer =
          run.answer(
              List.of("checksum", "crc32c"), names, inputs, CutRun.randomCuts(random, total, 9));
      assertThat(answer).asString(UTF_8).isEqualTo(expected.toString());
    }
  }

  @Test
  void putsCrc32cOfLongRunsTogether() {
    // 2^35 zero bytes behind "a", by doubling: what no test can feed through a CRC.
    CRC32C first = new CRC32C();
    first.update('a');
    CRC32C zeros = new CRC32C();
    zeros.update(new byte[1 << 20]);
    int zeroCrc = (int) zeros.getValue();
    int stepwise = (int) first.getValue();
    long length = 1 << 20;
    int doubled = zeroCrc;
    for (int i = 20; i < 35; i++) {
      doubled = Crc32cCombination.combine(doubled, doubled, length);
      length *= 2;
    }
    int atOnce = Crc32cCombination.combine(stepwise, doubled, length);
    int quarter = doubled;
    int parts = stepwise;
    long left = length;
    while (left > 0) {
      quarter = zeroCrc;
      long step = 1L << 20;
      while (step * 2 <= left / 2) {
        quarter = Crc32cCombination.combine(quarter, quarter, step);
        step *= 2;
      }
      parts = Crc32cCombination.combine(parts, quarter, step);
      left -= step;
    }
    assertThat(parts).isEqualTo(atOnce);
  }

  @Test
  void refusesTwoAlgorithmsAndUnknownOnes() {
    ChecksumInstruction checksum = new ChecksumInstruction();
    assertThatThrownBy(() -> checksum.parse(List.of("md5", "sha256")))
        .hasMessageContaining("only one algorithm");
    assertThatThrownBy(() -> checksum.parse(List.of("sha1")))
        .hasMessage("checksum: argument 'sha1': not known: use checksum [md5|sha256|crc32c]");
  }
}
