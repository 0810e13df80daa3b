package dev.millrace.compute.instruction;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Counts lines, words and bytes: the answer is what GNU `wc` prints with LC_ALL=C.
public final class CountInstruction implements Instruction {
  /// In the state of a piece, for each segment: input (4), lines (8), words (8), edges (1).
  private static final int SEGMENT_BYTES = 21;

  @Override
  public String name() {
    return "count";
  }

  @Override
  public String usage() {
    return "count [-l] [-w] [-c]";
  }

  @Override
  public String description() {
    return "Counts lines (-l), words (-w) and bytes (-c), as wc does; all three by default.";
  }

  @Override
  public Call parse(List<String> arguments) {
    boolean lines = false;
    boolean words = false;
    boolean bytes = false;
    Arguments walk = new Arguments(this, arguments);
    while (walk.hasNext()) {
      String argument = walk.next();
      switch (argument) {
        case "--lines" -> lines = true;
        case "--words" -> words = true;
        case "--bytes" -> bytes = true;
        default -> {
          if (!argument.matches("-[lwc]+")) {
            throw walk.unknown(argument);
          }
          lines |= argument.indexOf('l') > 0;
          words |= argument.indexOf('w') > 0;
          bytes |= argument.indexOf('c') > 0;
        }
      }
    }
    boolean all = !lines && !words && !bytes;
    return new CountCall(new WcTable(all || lines, all || words, all || bytes));
  }

  private record CountCall(WcTable table) implements Call {
    @Override
    public Split split() {
      return new Split.Bytes(ByteUnits.MIB);
    }

    @Override
    public Combine combine() {
      return new Combine.Aggregate(this::reduce);
    }

    @Override
    public boolean tellsOneInputFromSeveral() {
      return false;
    }

    @Override
    public Optional<Bytes> moved(Bytes state, int by) {
      return Optional.of(SegmentStates.moved(state, SEGMENT_BYTES, by));
    }

    @Override
    public Bytes run(PieceInput input, OutputStream output, TaskContext context) {
      byte[] buffer = context.buffer();
      WordScanner scanner = new WordScanner();
      ByteBuffer state = ByteBuffer.allocate(input.segments().size() * SEGMENT_BYTES);
      for (Segment segment : input.segments()) {
        if (segment.lengthBytes() == 0) {
          continue; // not in the state, however many there are
        }
        scanner.reset();
        if (table.lines() || table.words()) {
          long position = 0;
          while (position < segment.lengthBytes()) {
            int n = input.read(segment, position, buffer, 0, buffer.length);
            if (table.words()) {
              scanner.scan(buffer, n);
            } else {
              scanner.scanLines(buffer, n);
            }
            position += n;
          }
        }
        state.putInt(segment.input()).putLong(scanner.lines()).putLong(scanner.words());
        state.put((byte) scanner.edges());
        context.add("lines", scanner.lines());
      }
      return Bytes.copyOf(state.array(), 0, state.position());
    }

    private void reduce(
        List<Combine.InputFile> inputs, List<TaskResult> results, OutputStream answer)
        throws IOException {
      long[] lines = new long[inputs.size()];
      long[] words = new long[inputs.size()];
      boolean[] open = new boolean[inputs.size()];
      for (TaskResult result : results) {
        ByteBuffer state = ByteBuffer.wrap(result.state().toArray());
        while (state.hasRemaining()) {
          int input = state.getInt();
          lines[input] += state.getLong();
          words[input] += state.getLong();
          int edges = state.get();
          if (open[input] && (edges & WordScanner.BEGINS_VISIBLE) != 0) {
            words[input]--; // the word that crosses the cut was counted on both sides
          }
          if ((edges & WordScanner.DECIDES) != 0) {
            open[input] = (edges & WordScanner.ENDS_IN_WORD) != 0;
          }
        }
      }
      table.print(inputs, lines, words, answer);
    }
  }
}
