package dev.millrace.compute.instruction;

import dev.millrace.base.ByteUnits;
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
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// CRC32C of each input, put together from its pieces.
record Crc32cCall() implements Call {
  /// In the state of a piece, for each segment: input (4), CRC32C (4), length (8).
  private static final int SEGMENT_BYTES = 16;

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
    CRC32C crc = new CRC32C();
    ByteBuffer state = ByteBuffer.allocate(input.segments().size() * SEGMENT_BYTES);
    for (Segment segment : input.segments()) {
      if (segment.lengthBytes() == 0) {
        continue; // not in the state, however many there are
      }
      crc.reset();
      long position = 0;
      while (position < segment.lengthBytes()) {
        int n = input.read(segment, position, buffer, 0, buffer.length);
        crc.update(buffer, 0, n);
        position += n;
      }
      state.putInt(segment.input()).putInt((int) crc.getValue()).putLong(segment.lengthBytes());
    }
    return Bytes.copyOf(state.array(), 0, state.position());
  }

  private void reduce(List<Combine.InputFile> inputs, List<TaskResult> results, OutputStream answer)
      throws IOException {
    int[] crcs = new int[inputs.size()]; // that of no bytes is 0
    for (TaskResult result : results) {
      ByteBuffer state = ByteBuffer.wrap(result.state().toArray());
      while (state.hasRemaining()) {
        int input = state.getInt();
        crcs[input] = Crc32cCombination.combine(crcs[input], state.getInt(), state.getLong());
      }
    }
    for (int i = 0; i < crcs.length; i++) {
      String hex = HexFormat.of().toHexDigits(crcs[i]);
      ChecksumLine.print(answer, hex, inputs.get(i).label());
    }
  }
}
