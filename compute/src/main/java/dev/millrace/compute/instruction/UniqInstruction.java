package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/// Puts equal neighbours among lines together: the answer is what GNU `uniq` prints with LC_ALL=C
/// for each input by itself.
public final class UniqInstruction implements Instruction {
  @Override
  public String name() {
    return "uniq";
  }

  @Override
  public String usage() {
    return "uniq [-c] [-d] [-u]";
  }

  @Override
  public String description() {
    return "One of each run of equal lines, as uniq does: -c with their number, -d only of runs of"
        + " several, -u only of single lines.";
  }

  @Override
  public Call parse(List<String> arguments) {
    boolean count = false;
    boolean repeated = false;
    boolean single = false;
    Arguments walk = new Arguments(this, arguments);
    while (walk.hasNext()) {
      String argument = walk.next();
      switch (argument) {
        case "--count" -> count = true;
        case "--repeated" -> repeated = true;
        case "--unique" -> single = true;
        default -> {
          if (!argument.matches("-[cdu]+")) {
            throw walk.unknown(argument);
          }
          count |= argument.indexOf('c') > 0;
          repeated |= argument.indexOf('d') > 0;
          single |= argument.indexOf('u') > 0;
        }
      }
    }
    return new UniqCall(count, repeated, single);
  }

  private record UniqCall(boolean count, boolean repeated, boolean single) implements Call {
    /// A run of lines may be longer than any piece.
    @Override
    public Split split() {
      return new Split.WholeFile();
    }

    @Override
    public Combine combine() {
      return new Combine.ConcatenateInOrder();
    }

    @Override
    public Bytes run(PieceInput input, OutputStream output, TaskContext context)
        throws IOException {
      LineBuffer block = context.kept(LineBuffer.class, LineBuffer::new);
      for (Segment segment : input.segments()) {
        block.begin(input, segment);
        // The run's line: in the block, until the next block comes.
        byte[] kept = {};
        long lines = 0;
        while (block.next()) {
          context.check();
          byte[] bytes = block.bytes();
          byte[] line = kept;
          int from = 0;
          int to = kept.length;
          for (int start = 0; start < block.end(); ) {
            int next = block.lineEnd(start);
            int end = block.textEnd(next);
            if (lines > 0 && Arrays.equals(line, from, to, bytes, start, end)) {
              lines++;
            } else {
              print(line, from, to, lines, output);
              line = bytes;
              from = start;
              to = end;
              lines = 1;
            }
            start = next;
          }
          kept = Arrays.copyOfRange(line, from, to);
        }
        print(kept, 0, kept.length, lines, output);
      }
      return Bytes.EMPTY;
    }

    private void print(byte[] line, int from, int to, long lines, OutputStream output)
        throws IOException {
      boolean wanted = lines > 0 && !(repeated && lines == 1) && !(single && lines > 1);
      if (wanted) {
        if (count) {
          output.write(String.format("%7d ", lines).getBytes(US_ASCII));
        }
        output.write(line, from, to - from);
        output.write('\n');
      }
    }
  }
}
