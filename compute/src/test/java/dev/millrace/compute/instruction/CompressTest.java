package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.Tool;
import dev.millrace.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CompressTest {
  private static final byte[] TEXT = "All work and no play. ".repeat(9000).getBytes(UTF_8);

  private final CutRun run = new CutRun();

  @AfterEach
  void close() {
    run.close();
  }

  private byte[] compress(List<String> arguments, List<byte[]> inputs, List<Long> cuts)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("compress"));
    command.addAll(arguments);
    return run.answer(command, inputs.stream().map(_ -> "f").toList(), inputs, cuts);
  }

  private byte[] decompress(byte[]... inputs) throws IOException {
    List<byte[]> all = List.of(inputs);
    List<String> labels = all.stream().map(_ -> "in put").toList();
    return run.answer(List.of("decompress"), labels, all, CutRun.edges(all));
  }

  private static byte[] tool(byte[] input, String... command) throws Exception {
    Tool.Outcome outcome = Tool.run(null, input, List.of(command));
    assertThat(outcome.status()).as(Arrays.toString(command)).isZero();
    return outcome.output();
  }

  private static byte[] join(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  @Test
  void zstdAndGzipReadWhatWasCompressedInPieces() throws Exception {
    SplittableRandom random = new SplittableRandom(Seeds.seed("CompressTest"));
    List<List<byte[]>> cases = new ArrayList<>();
    Inputs.awkward().forEach(input -> cases.add(List.of(input)));
    for (int round = Seeds.rounds(40); round > 0; round--) {
      cases.add(Inputs.severalRandom(random));
    }
    for (List<byte[]> inputs : cases) {
      byte[] plain = join(inputs);
      List<Long> cuts = CutRun.randomCuts(random, plain.length, 6);
      int level = random.nextInt(1, 20);
      byte[] zst = compress(List.of("--level", "" + level), inputs, cuts);
      assertThat(tool(zst, "zstd", "-dc")).isEqualTo(plain);
      tool(zst, "zstd", "-t");
      assertThat(decompress(zst)).isEqualTo(plain);
      byte[] gz = compress(List.of("--format=gzip", "--level=" + (1 + level % 9)), inputs, cuts);
      assertThat(tool(gz, "gzip", "-dc")).isEqualTo(plain);
      tool(gz, "gzip", "-t");
      assertThat(decompress(gz)).isEqualTo(plain);
    }
  }

  @Test
  void everyLevelIsTaken() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    byte[] text = new byte[200_000];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ('a' + random.nextInt(1 + random.nextInt(20)));
    }
    int[] sizes = new int[20];
    for (int level = 1; level <= 19; level++) {
      byte[] zst = compress(List.of("--level=" + level), List.of(text), List.of());
      assertThat(decompress(zst)).isEqualTo(text);
      sizes[level] = zst.length;
    }
    assertThat(sizes[19]).isLessThan(sizes[1]);
  }

  @Test
  void decompressesWhatTheToolsMake() throws Exception {
    byte[] zst = tool(TEXT, "zstd", "-c", "-19", "--long=25");
    byte[] unknownSize = tool(TEXT, "zstd", "-c", "--no-check", "--no-content-size");
    byte[] gz = tool(TEXT, "gzip", "-c", "-1");
    byte[] skippable = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9};
    assertThat(decompress(zst)).isEqualTo(TEXT);
    assertThat(decompress(gz, zst, unknownSize)).isEqualTo(join(List.of(TEXT, TEXT, TEXT)));
    assertThat(decompress(join(List.of(skippable, zst, skippable, unknownSize, skippable))))
        .isEqualTo(join(List.of(TEXT, TEXT)));
    assertThat(decompress(join(List.of(gz, gz, gz)))).isEqualTo(join(List.of(TEXT, TEXT, TEXT)));
    assertThat(decompress(join(List.of(gz, new byte[512])))).as("padding").isEqualTo(TEXT);
    byte[] named = {
      0x1f,
      (byte) 0x8b,
      8,
      4 + 8 + 16,
      0,
      0,
      0,
      0,
      0,
      3,
      2,
      0,
      7,
      7,
      'n',
      0,
      'c',
      0,
      3,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0
    };
    assertThat(decompress(named)).isEmpty();
  }

  @Test
  void namesInputThatIsNotCompressed() throws Exception {
    assertBadInput(new byte[0], "it is empty");
    assertBadInput(TEXT, "neither zstd nor gzip data (it begins with 416c6c20)");
    assertBadInput(new byte[] {0x1f}, "neither zstd nor gzip");
    byte[] zst = compress(List.of(), List.of(TEXT), List.of(1000L));
    assertBadInput(join(List.of(zst, "junk".getBytes(UTF_8))), "what follows");
    byte[] gz = tool(TEXT, "gzip", "-c");
    assertBadInput(join(List.of(gz, "junk".getBytes(UTF_8))), "what follows");
  }

  @Test
  void namesInputThatEndsEarly() throws Exception {
    byte[] zst = compress(List.of(), List.of(TEXT), List.of());
    byte[] gz = compress(List.of("--format", "gzip"), List.of(TEXT), List.of());
    for (byte[] whole : List.of(zst, gz)) {
      for (int length = 4; length < whole.length; length += 1 + whole.length / 60) {
        assertBadInput(Arrays.copyOf(whole, length), "it ends in the middle of a");
      }
      assertBadInput(Arrays.copyOf(whole, whole.length - 1), "it ends in the middle of a");
    }
  }

  @Test
  void findsEveryDamagedByteThatTheFormatCanShow() throws Exception {
    SplittableRandom random = new SplittableRandom(Seeds.seed("CompressTest.damaged"));
    byte[] plain = new byte[3000];
    random.nextBytes(plain);
    for (String tool : List.of("zstd", "gzip")) {
      byte[] whole = compress(List.of("--format", tool), List.of(plain), List.of());
      for (int round = 0; round < 100; round++) {
        int at = random.nextInt(10, whole.length); // behind gzip's header, which has no checksum
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) (1 << random.nextInt(8));
        if (Tool.run(null, damaged, List.of(tool, "-dc")).status() != 0) {
          assertBadInput(damaged, "in put");
        }
      }
    }
  }

  private void assertBadInput(byte[] input, String message) {
    assertThatThrownBy(() -> decompress(input))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
        .hasMessageStartingWith("decompress 'in put': ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatItCannotDoWithTheRemedy() {
    CompressInstruction compress = new CompressInstruction();
    assertThatThrownBy(() -> compress.parse(List.of("--level", "20")))
        .hasMessage(
            "compress: --level '20': not a whole number from 1 to 19: use compress [--level 1..19]"
                + " [--format zstd|gzip]");
    assertThatThrownBy(() -> compress.parse(List.of("--level")))
        .hasMessageContaining("its value is missing");
    assertThatThrownBy(() -> compress.parse(List.of("--format", "gzip", "--level", "10")))
        .hasMessageContaining("gzip has levels 1 to 9 only");
    assertThatThrownBy(() -> compress.parse(List.of("--format=rar")))
        .hasMessageContaining("not a format");
    assertThatThrownBy(() -> new DecompressInstruction().parse(List.of("-k")))
        .hasMessageContaining("argument '-k': not known");
  }
}
