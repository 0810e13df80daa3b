package dev.millrace.compute.instruction;

import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;

/// A call that prints what it makes of each line, whatever the others say.
interface EachLine extends Call {
  @Override
  default Split split() {
    return new Split.Lines();
  }

  @Override
  default Combine combine() {
    return new Combine.ConcatenateInOrder();
  }

  @Override
  default Bytes run(PieceInput input, OutputStream output, TaskContext context) throws IOException {
    LineBuffer lines = context.kept(LineBuffer.class, LineBuffer::new);
    for (Segment segment : input.segments()) {
      lines.forEach(
          input,
          segment,
          (bytes, start, end, position) ->
              line(
                  bytes,
                  start,
                  end,
                  new Place(segment.input(), segment.offset() + position),
                  output));
    }
    return Bytes.EMPTY;
  }

  /// Where a line begins.
  ///
  /// @param offset within its input
  record Place(int input, long offset) {}

  /// Prints what it makes of one line.
  ///
  /// @param end of the line's text, without its line feed
  void line(byte[] bytes, int start, int end, Place place, OutputStream output) throws IOException;
}
