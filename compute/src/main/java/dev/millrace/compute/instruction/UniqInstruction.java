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
      LineBuffer lines = context.kept(LineBuffer.class, LineBuffer::new);
      for (Segment segment : input.segments()) {
        Run run = new Run(this, output);
        lines.forEach(input, segment, (bytes, start, end, _) -> run.line(bytes, start, end));
        run.end();
      }
      return Bytes.EMPTY;
    }

    boolean wants(long lines) {
      return lines > 0 && !(repeated && lines == 1) && !(single && lines > 1);
    }
  }

  /// The lines since the last that was different.
  private static final class Run {
    private final UniqCall call;
    private final OutputStream output;
    private byte[] text = {};
    private long lines;

    Run(UniqCall call, OutputStream output) {
      this.call = call;
      this.output = output;
    }

    void line(byte[] bytes, int start, int end) throws IOException {
      if (!Arrays.equals(text, 0, text.length, bytes, start, end)) {
        end();
        text = Arrays.copyOfRange(bytes, start, end);
        lines = 0;
      }
      lines++;
    }

    void end() throws IOException {
      if (call.wants(lines)) {
        if (call.count()) {
          output.write(String.format("%7d ", lines).getBytes(US_ASCII));
        }
        output.write(text);
        output.write('\n');
      }
    }
  }
}
