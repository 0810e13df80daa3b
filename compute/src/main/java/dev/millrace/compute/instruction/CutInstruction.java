package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Bytes;
import dev.millrace.base.Text;
import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instruction;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/// Takes parts of lines: the answer is what GNU `cut` prints with LC_ALL=C.
public final class CutInstruction implements Instruction {
  @Override
  public String name() {
    return "cut";
  }

  @Override
  public String usage() {
    return "cut [-b LIST] [-c LIST] [-f LIST] [-d DELIMITER] [-s]";
  }

  @Override
  public String description() {
    return "Takes bytes (-b, -c) or fields (-f) of each line, as cut does: LIST is like 1,3-5,7-;"
        + " fields are divided by a tab or DELIMITER (-d); -s drops lines without one.";
  }

  @Override
  public Call parse(List<String> arguments) {
    Optional<CutList> bytes = Optional.empty();
    Optional<CutList> fields = Optional.empty();
    Optional<Byte> delimiter = Optional.empty();
    boolean delimitedOnly = false;
    Arguments walk = new Arguments(this, arguments);
    while (walk.hasNext()) {
      String argument = walk.next("bcfd");
      switch (argument) {
        case "-b", "--bytes", "-c", "--characters" -> bytes = Optional.of(list(walk, argument));
        case "-f", "--fields" -> fields = Optional.of(list(walk, argument));
        case "-d", "--delimiter" -> delimiter = Optional.of(delimiter(walk, argument));
        case "-s", "--only-delimited" -> delimitedOnly = true;
        default -> throw walk.unknown(argument);
      }
    }
    if (bytes.isPresent() == fields.isPresent()) {
      throw walk.invalid("list", "give one of -b, -c and -f");
    }
    if (bytes.isPresent()) {
      if (delimiter.isPresent() || delimitedOnly) {
        throw walk.invalid("options -d and -s", "they go with -f only");
      }
      return new CutCall(new ByteCut(bytes.get()));
    }
    return new CutCall(
        new FieldCut(fields.orElseThrow(), delimiter.orElse((byte) '\t'), delimitedOnly));
  }

  private static CutList list(Arguments walk, String option) {
    String value = walk.value(option);
    return CutList.parse(value)
        .orElseThrow(() ->
            walk.invalid(
                option + " '" + Text.printable(value) + "'",
                "not a list of positions from 1, such as 1,3-5,7-"));
  }

  private static byte delimiter(Arguments walk, String option) {
    byte[] value = walk.value(option).getBytes(UTF_8);
    if (value.length != 1) {
      throw walk.invalid(option, "the delimiter must be one byte");
    }
    return value[0];
  }

  /// What is taken of one line.
  private sealed interface Taking {
    /// @param end of the line, without its line feed
    void take(byte[] bytes, int start, int end, OutputStream output) throws IOException;
  }

  private record ByteCut(CutList list) implements Taking {
    @Override
    public void take(byte[] bytes, int start, int end, OutputStream output) throws IOException {
      int length = end - start;
      for (CutList.Range range : list.ranges()) {
        if (range.first() > length) {
          break;
        }
        long last = Math.min(range.last(), length);
        output.write(bytes, start + (int) range.first() - 1, (int) (last - range.first() + 1));
      }
      output.write('\n');
    }
  }

  private record FieldCut(CutList list, byte delimiter, boolean delimitedOnly) implements Taking {
    @Override
    public void take(byte[] bytes, int start, int end, OutputStream output) throws IOException {
      int fieldEnd = fieldEnd(bytes, start, end);
      if (fieldEnd == end) {
        if (!delimitedOnly) {
          output.write(bytes, start, end - start);
          output.write('\n');
        }
        return;
      }
      boolean first = true;
      long field = 1;
      int at = start;
      for (CutList.Range range : list.ranges()) {
        for (; field < range.first() && at <= end; field++) {
          at = fieldEnd(bytes, at, end) + 1;
        }
        int from = at;
        for (; field <= range.last() && at <= end; field++) {
          at = fieldEnd(bytes, at, end) + 1;
        }
        if (at > from) {
          if (!first) {
            output.write(delimiter);
          }
          first = false;
          output.write(bytes, from, at - 1 - from);
        }
        if (at > end) {
          break;
        }
      }
      output.write('\n');
    }

    private int fieldEnd(byte[] bytes, int from, int end) {
      int at = from;
      while (at < end && bytes[at] != delimiter) {
        at++;
      }
      return at;
    }
  }

  private record CutCall(Taking taking) implements EachLine {
    @Override
    public boolean tellsOneInputFromSeveral() {
      return false;
    }

    @Override
    public Optional<Bytes> moved(Bytes state, int by) {
      return Optional.of(state); // the empty one
    }

    @Override
    public void line(byte[] bytes, int start, int end, Place place, OutputStream output)
        throws IOException {
      taking.take(bytes, start, end, output);
    }
  }
}
