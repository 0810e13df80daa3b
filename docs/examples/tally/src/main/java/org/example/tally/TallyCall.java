package org.example.tally;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// One use of `tally`: each piece is counted by itself, and the combining step adds the counts up.
/// Immutable, since many pieces run at once.
///
/// @param field from 1
record TallyCall(int field, byte delimiter) implements Call {
  /// Millrace cuts the input behind line feeds, so that a piece holds whole lines.
  @Override
  public Split split() {
    return new Split.Lines();
  }

  @Override
  public Combine combine() {
    return new Combine.Aggregate(this::reduce);
  }

  /// Counts the values of one piece. Reads a buffer at a time, so that it needs the memory of the
  /// values and not that of the piece. Writes nothing to `output`, since it aggregates: what it
  /// found goes into the state.
  @Override
  public Bytes run(PieceInput input, OutputStream output, TaskContext context) {
    Counts counts = new Counts();
    byte[] buffer = context.buffer();
    for (Segment segment : input.segments()) {
      FieldScanner scanner = new FieldScanner(field, delimiter, segment.label(), counts);
      long position = 0;
      while (position < segment.lengthBytes()) {
        int count = input.read(segment, position, buffer, 0, buffer.length);
        scanner.scan(buffer, count);
        position += count;
      }
      scanner.end();
    }
    return counts.toState();
  }

  private void reduce(
      List<Combine.InputFile> inputs, List<TaskResult> results, OutputStream answer)
      throws IOException {
    Counts all = new Counts();
    for (TaskResult result : results) {
      all.addState(result.state());
    }
    for (Counts.Row row : all.rows()) {
      answer.write(String.format("%7d ", row.count()).getBytes(US_ASCII));
      answer.write(row.value().toArray());
      answer.write('\n');
    }
  }
}
