package dev.millrace.compute.instruction.sort;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Limits;
import dev.millrace.compute.instruction.sort.LineOrder.Directed;
import dev.millrace.compute.instruction.sort.LineOrder.Ties;
import dev.millrace.compute.instruction.sort.RunReader.Slice;
import dev.millrace.compute.program.StageInput;
import dev.millrace.model.TaskResult;
import dev.millrace.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RunSearchTest {
  private static final LineEnds LINE_FEEDS = new LineEnds((byte) '\n');
  private static final LineOrder ORDER =
      new LineOrder(LINE_FEEDS, List.of(new Directed(new LineKey(LINE_FEEDS), false)), Ties.SAME);
  private static final int BUFFER_BYTES = 1 << 16;

  /// One task's output, which counts how much is read of it.
  private static final class Written implements StageInput {
    private final byte[] bytes;
    private long read;

    Written(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public List<TaskResult> parts() {
      return List.of();
    }

    @Override
    public int read(int part, long position, byte[] target, int offset, int length) {
      int count = (int) Math.min(length, bytes.length - position);
      System.arraycopy(bytes, (int) position, target, offset, count);
      read += count;
      return count;
    }
  }

  private static RunSearch search(Written written, int memoryBytes, int windowBytes) {
    byte[] memory = new byte[memoryBytes + LineEnds.SPARE_BYTES];
    RunReader reader = new RunReader(written, LINE_FEEDS, memory, 0, memoryBytes);
    return new RunSearch(reader, memory, ORDER, windowBytes);
  }

  /// The lines, sorted, as the second part of what a task wrote.
  private static SortedRun.Place place(
      List<String> lines, String before, ByteArrayOutputStream written, long sampleBytes)
      throws IOException {
    written.writeBytes(before.getBytes(US_ASCII));
    RunWriter writer = new RunWriter(written, new byte[BUFFER_BYTES], ORDER, sampleBytes);
    byte[] last = {};
    for (String line : lines) {
      last = (line + "\n12345678").getBytes(US_ASCII);
      writer.line(last, 0, line.length() + 1);
    }
    SortedPart part = writer.finish(SortedPart.ALONE, last, 0).orElseThrow();
    return new SortedRun.Place(0, 1, before.length(), part);
  }

  private static LinePrefix prefix(String line, int words) {
    return ORDER.prefix((line + "\n12345678").getBytes(US_ASCII), 0, words);
  }

  private static String line(SplittableRandom random) {
    StringBuilder line = new StringBuilder();
    if (random.nextInt(20) == 0) {
      line.append("ab".repeat(random.nextInt(120)));
    }
    for (int i = random.nextInt(20); i > 0; i--) {
      line.append((char) random.nextInt('a', 'd'));
    }
    return line.toString();
  }

  @Test
  void findsTheFirstLineThatIsNotBefore() throws Exception {
    SplittableRandom random = new SplittableRandom(Seeds.seed("RunSearchTest"));
    for (int round = Seeds.rounds(2_000); round > 0; round--) {
      List<String> lines = new ArrayList<>();
      for (int i = random.nextInt(1, 200); i > 0; i--) {
        lines.add(line(random));
      }
      lines.sort(null);
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      long sampleBytes = random.nextLong(1, 3_000);
      SortedRun.Place place = place(lines, "x\n".repeat(random.nextInt(3)), written, sampleBytes);
      LinePrefix low = prefix(line(random), random.nextInt(1, 4));
      LinePrefix high = prefix(line(random), random.nextInt(1, 4));

      int window = random.nextInt(2, 200);
      RunSearch search = search(new Written(written.toByteArray()), 1_000, window);
      long from = edge(lines, low);
      long to = edge(lines, high);
      assertThat(search.edge(place, low)).isEqualTo(from);
      List<Slice> expected =
          from < to ? List.of(new Slice(0, place.offset() + from, place.offset() + to)) : List.of();
      SortedRun run = new SortedRun(List.of(place));
      assertThat(search.range(run, Optional.of(low), Optional.of(high))).isEqualTo(expected);
    }
  }

  private static long edge(List<String> lines, LinePrefix prefix) {
    long offset = 0;
    for (String line : lines) {
      if (!prefix(line, SortedPart.MOST_WORDS).isBefore(prefix)) {
        return offset;
      }
      offset += line.length() + 1;
    }
    return offset;
  }

  @Test
  void readsAFewFramesForAnEdge() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 400_000; i++) {
      lines.add("line " + (1_000_000 + i));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SortedRun.Place place = place(lines, "", out, SortLimits.USUAL.sampleBytes());
    Written written = new Written(out.toByteArray());
    RunSearch search = search(written, 3 * Limits.FRAME_BYTES, Limits.FRAME_BYTES);
    assertThat(search.edge(place, prefix("line 1234567", 9))).isEqualTo(234_567 * 13);
    assertThat(written.read).isLessThanOrEqualTo(4 * Limits.FRAME_BYTES);
    // What samples say is not read.
    written.read = 0;
    assertThat(search.edge(place, prefix("a", 9))).isZero();
    assertThat(search.edge(place, prefix("z", 9))).isEqualTo(400_000 * 13);
    assertThat(written.read).isZero();
  }
}
