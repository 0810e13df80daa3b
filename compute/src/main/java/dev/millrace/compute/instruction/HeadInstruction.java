package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.List;

/// The beginning of each input: the answer is what GNU `head` prints. Reads no more than it prints,
/// but for the rest of a buffer.
public final class HeadInstruction implements Instruction {
  private static final int USUAL_LINES = 10;

  /// A few lines should not cost a MiB of reading.
  private static final int STEP_BYTES = 64 << 10;

  @Override
  public String name() {
    return "head";
  }

  @Override
  public String usage() {
    return "head [-n COUNT] [-c COUNT]";
  }

  @Override
  public String description() {
    return "The first 10 lines of each input, or -n COUNT lines, or -c COUNT bytes, as head does.";
  }

  @Override
  public Call parse(List<String> arguments) {
    boolean lines = true;
    int count = USUAL_LINES;
    Arguments walk = new Arguments(this, arguments);
    while (walk.hasNext()) {
      String argument = walk.next("nc");
      lines =
          switch (argument) {
            case "-n", "--lines" -> true;
            case "-c", "--bytes" -> false;
            default -> throw walk.unknown(argument);
          };
      count = walk.number(argument, 0, Integer.MAX_VALUE);
    }
    return new HeadCall(lines, count);
  }

  private record HeadCall(boolean lines, int count) implements Call {
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
      for (Segment segment : input.segments()) {
        if (context.inputs() > 1) {
          String title = "==> " + segment.label() + " <==\n";
          output.write(((segment.input() > 0 ? "\n" : "") + title).getBytes(UTF_8));
        }
        copy(input, segment, context.buffer(), output);
      }
      return Bytes.EMPTY;
    }

    private void copy(PieceInput input, Segment segment, byte[] buffer, OutputStream output)
        throws IOException {
      long position = 0;
      int left = count;
      while (left > 0) {
        int wanted = lines ? STEP_BYTES : Math.min(left, buffer.length);
        int read = input.read(segment, position, buffer, 0, wanted);
        if (read == 0) {
          return;
        }
        int taken = lines ? 0 : read;
        if (lines) {
          while (taken < read && left > 0) {
            if (buffer[taken++] == '\n') {
              left--;
            }
          }
        } else {
          left -= read;
        }
        output.write(buffer, 0, taken);
        position += read;
      }
    }
  }
}
