package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Bytes;
import dev.millrace.base.Text;
import dev.millrace.compute.instruction.BasicRegex.BadPatternException;
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

/// Finds lines: the answer is what GNU `grep -a` prints with LC_ALL=C. Patterns are basic regular
/// expressions, as [BasicRegex] reads them.
public final class GrepInstruction implements Instruction {
  /// In the state of a piece that counts, for each segment: input (4), lines (8).
  private static final int SEGMENT_BYTES = 12;

  @Override
  public String name() {
    return "grep";
  }

  @Override
  public String usage() {
    return "grep [-i] [-v] [-c] [-n] [-o] [-F] PATTERN";
  }

  @Override
  public String description() {
    return "Finds lines that match a basic regular expression, as grep does: -i in any case,"
        + " -v that don't match, -c counts them, -n with numbers, -o only what matches,"
        + " -F a plain text.";
  }

  @Override
  public Call parse(List<String> arguments) {
    Options options = new Options(false, false, false, false);
    boolean ignoreCase = false;
    boolean fixed = false;
    Optional<String> pattern = Optional.empty();
    Arguments walk = new Arguments(this, arguments);
    while (walk.hasNext()) {
      String argument = walk.next();
      if (pattern.isEmpty() && (!argument.startsWith("-") || argument.equals("-"))) {
        pattern = Optional.of(argument);
        continue;
      }
      String letters = letters(argument).orElseThrow(() -> walk.unknown(argument));
      ignoreCase |= letters.indexOf('i') >= 0;
      fixed |= letters.indexOf('F') >= 0;
      options = options.with(letters);
    }
    String wanted = pattern.orElseThrow(() -> walk.invalid("pattern", "missing"));
    try {
      return new GrepCall(LineSearch.of(wanted, fixed, ignoreCase), options);
    } catch (BadPatternException e) {
      throw walk.invalid(
          "pattern '" + Text.printable(wanted) + "'",
          e.getMessage() + "; -F takes it as plain text");
    }
  }

  private static Optional<String> letters(String argument) {
    return switch (argument) {
      case "--ignore-case" -> Optional.of("i");
      case "--invert-match" -> Optional.of("v");
      case "--count" -> Optional.of("c");
      case "--line-number" -> Optional.of("n");
      case "--only-matching" -> Optional.of("o");
      case "--fixed-strings" -> Optional.of("F");
      default ->
          argument.matches("-[ivcnoF]+") ? Optional.of(argument.substring(1)) : Optional.empty();
    };
  }

  private record Options(boolean invert, boolean count, boolean number, boolean parts) {
    Options with(String letters) {
      return new Options(
          invert || letters.indexOf('v') >= 0,
          count || letters.indexOf('c') >= 0,
          number || letters.indexOf('n') >= 0,
          parts || letters.indexOf('o') >= 0);
    }
  }

  private record GrepCall(LineSearch search, Options options) implements Call {
    /// A line's number depends on all lines before it.
    @Override
    public Split split() {
      return options.number && !options.count ? new Split.WholeFile() : new Split.Lines();
    }

    @Override
    public Combine combine() {
      return options.count ? new Combine.Aggregate(this::reduce) : new Combine.ConcatenateInOrder();
    }

    /// A line's number counts from the beginning of its input.
    @Override
    public Optional<Bytes> moved(Bytes state, int by) {
      return Optional.of(SegmentStates.moved(state, SEGMENT_BYTES, by));
    }

    @Override
    public Bytes run(PieceInput input, OutputStream output, TaskContext context)
        throws IOException {
      LineBuffer block = context.kept(LineBuffer.class, LineBuffer::new);
      LineMatcher matcher = new LineMatcher(search, block);
      ByteBuffer counts = ByteBuffer.allocate(input.segments().size() * SEGMENT_BYTES);
      for (Segment segment : input.segments()) {
        if (segment.lengthBytes() == 0) {
          continue; // not in the state, however many there are
        }
        Printer printer =
            new Printer(
                output, block, matcher, options, context.inputs() > 1 ? segment.label() : "");
        block.begin(input, segment);
        long selected = 0;
        while (block.next()) {
          selected += select(block, matcher, printer);
        }
        counts.putInt(segment.input()).putLong(selected);
        context.add("lines", selected);
      }
      return options.count ? Bytes.copyOf(counts.array(), 0, counts.position()) : Bytes.EMPTY;
    }

    private long select(LineBuffer block, LineMatcher matcher, Printer printer) throws IOException {
      matcher.newBlock();
      printer.newBlock();
      long selected = 0;
      int start = 0;
      while (start < block.end()) {
        int match = matcher.next(start);
        if (options.invert) {
          selected += printer.all(start, match);
          start = match < block.end() ? block.lineEnd(match) : match;
        } else if (match < block.end()) {
          selected++;
          int end = block.lineEnd(match);
          printer.line(match, end);
          start = end;
        } else {
          start = match;
        }
      }
      printer.endBlock();
      return selected;
    }

    private void reduce(
        List<Combine.InputFile> inputs, List<TaskResult> results, OutputStream answer)
        throws IOException {
      long[] counts = new long[inputs.size()];
      for (TaskResult result : results) {
        ByteBuffer state = ByteBuffer.wrap(result.state().toArray());
        while (state.hasRemaining()) {
          counts[state.getInt()] += state.getLong();
        }
      }
      for (int i = 0; i < counts.length; i++) {
        String prefix = counts.length > 1 ? inputs.get(i).label() + ":" : "";
        answer.write((prefix + counts[i] + "\n").getBytes(UTF_8));
      }
    }
  }

  /// Prints selected lines in grep's form. Belongs to one segment.
  private static final class Printer {
    private final OutputStream output;
    private final LineBuffer block;
    private final LineMatcher matcher;
    private final Options options;
    private final byte[] prefix;
    private long lineNumber = 1;
    private int numberedTo;

    Printer(
        OutputStream output, LineBuffer block, LineMatcher matcher, Options options, String label) {
      this.output = output;
      this.block = block;
      this.matcher = matcher;
      this.options = options;
      this.prefix = label.isEmpty() ? new byte[0] : (label + ":").getBytes(UTF_8);
    }

    void newBlock() {
      numberedTo = 0;
    }

    /// Prints all lines of a part of the block.
    ///
    /// @return how many they are
    long all(int from, int to) throws IOException {
      long count = 0;
      for (int start = from; start < to; ) {
        int end = block.lineEnd(start);
        count++;
        if (!options.count && !options.parts) {
          print(start, end);
        }
        start = end;
      }
      return count;
    }

    void line(int start, int end) throws IOException {
      if (options.count) {
        return;
      }
      if (!options.parts) {
        print(start, end);
        return;
      }
      String line = matcher.line(start);
      matcher.parts(
          line,
          (from, to) -> {
            printPrefix(start);
            output.write(line.substring(from, to).getBytes(ISO_8859_1));
            output.write('\n');
          });
    }

    private void print(int start, int end) throws IOException {
      printPrefix(start);
      output.write(block.bytes(), start, end - start);
      if (block.bytes()[end - 1] != '\n') {
        output.write('\n');
      }
    }

    private void printPrefix(int start) throws IOException {
      output.write(prefix);
      if (options.number) {
        countTo(start);
        output.write((lineNumber + ":").getBytes(UTF_8));
      }
    }

    private void countTo(int start) {
      for (; numberedTo < start; numberedTo++) {
        if (block.bytes()[numberedTo] == '\n') {
          lineNumber++;
        }
      }
    }

    void endBlock() {
      if (options.number) {
        countTo(block.end());
      }
    }
  }
}
