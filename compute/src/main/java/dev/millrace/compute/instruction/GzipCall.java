package dev.millrace.compute.instruction;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Makes one gzip member (RFC 1952) of a piece, without a name or time, so that the same input
/// gives the same bytes.
record GzipCall(int level) implements Call {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
  private static final int TRAILER_BYTES = 8;
  private static final int STEP_BYTES = (int) (128 * ByteUnits.KIB);

  @Override
  public Split split() {
    return new Split.Bytes(ByteUnits.MIB);
  }

  @Override
  public Combine combine() {
    return new Combine.ConcatenateInOrder();
  }

  @Override
  public Bytes run(PieceInput input, OutputStream output, TaskContext context) throws IOException {
    byte[] buffer = context.buffer();
    byte[] compressed = new byte[STEP_BYTES];
    CRC32 crc = new CRC32();
    try (Deflater deflater = new Deflater(level, true)) {
      output.write(HEADER);
      for (Segment segment : input.segments()) {
        long position = 0;
        while (position < segment.lengthBytes()) {
          int n = input.read(segment, position, buffer, 0, buffer.length);
          crc.update(buffer, 0, n);
          deflater.setInput(buffer, 0, n);
          while (!deflater.needsInput()) {
            output.write(compressed, 0, deflater.deflate(compressed));
            context.check();
          }
          position += n;
        }
      }
      deflater.finish();
      while (!deflater.finished()) {
        output.write(compressed, 0, deflater.deflate(compressed));
      }
    }
    ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    trailer.putInt((int) crc.getValue()).putInt((int) input.sizeBytes());
    output.write(trailer.array());
    return Bytes.EMPTY;
  }
}
