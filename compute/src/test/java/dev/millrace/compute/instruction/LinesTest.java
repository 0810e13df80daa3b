package dev.millrace.compute.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Splitting by lines: no line is cut, lost or doubled, wherever the cuts lie.
final class LinesTest {
  @Test
  void eachLineIsInOnePieceWhole() throws Exception {
    SplittableRandom random = new SplittableRandom(Seeds.seed("LinesTest"));
    try (CutRun run = new CutRun()) {
      for (int round = Seeds.rounds(200); round > 0; round--) {
        List<byte[]> inputs = Inputs.severalRandom(random);
        long total = inputs.stream().mapToLong(input -> input.length).sum();
        List<Boolean> whole = Collections.synchronizedList(new ArrayList<>());
        byte[] answer =
            run.answer(
                new Lines(whole),
                inputs.stream().map(_ -> "f").toList(),
                inputs,
                CutRun.randomCuts(random, total, 10));
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        inputs.forEach(expected::writeBytes);
        assertThat(answer).isEqualTo(expected.toByteArray());
        // Only the last line of an input may lack its line feed.
        long unended = inputs.stream().filter(i -> i.length > 0 && i[i.length - 1] != '\n').count();
        assertThat(whole.stream().filter(ends -> !ends).count()).isEqualTo(unended);
      }
    }
  }

  /// Copies, and notes of each segment with bytes whether it ends with a line feed.
  private record Lines(List<Boolean> whole) implements Call {
    @Override
    public Split split() {
      return new Split.Lines();
    }

    @Override
    public Combine combine() {
      return new Combine.ConcatenateInOrder();
    }

    @Override
    public Bytes run(PieceInput input, OutputStream output, TaskContext context)
        throws IOException {
      byte[] buffer = context.buffer();
      for (Segment segment : input.segments()) {
        byte last = '\n';
        int n;
        for (long at = 0; (n = input.read(segment, at, buffer, 0, buffer.length)) > 0; at += n) {
          output.write(buffer, 0, n);
          last = buffer[n - 1];
        }
        if (segment.lengthBytes() > 0) {
          whole.add(last == '\n');
        }
      }
      return Bytes.EMPTY;
    }
  }
}
