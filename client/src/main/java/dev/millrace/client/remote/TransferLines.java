package dev.millrace.client.remote;

import dev.millrace.base.ByteUnits;
import dev.millrace.client.api.TransferLine;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// Reads an answer line by line.
final class TransferLines {
  /// The last one holds a version, whose manifest is long.
  private static final int LINE_BYTES = (int) (64 * ByteUnits.MIB);

  private final InputStream source;

  TransferLines(InputStream source) {
    this.source = new BufferedInputStream(source);
  }

  TransferLine next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = source.read(); b != '\n'; b = source.read()) {
      if (b < 0) {
        throw new EOFException("its answer ended amid a line");
      }
      if (line.size() == LINE_BYTES) {
        throw new IOException("a line of its answer is longer than " + LINE_BYTES + " bytes");
      }
      line.write(b);
    }
    return TransferLine.parse(line.toByteArray());
  }

  /// Takes the end of the answer.
  void end() throws IOException {
    if (source.read() >= 0) {
      throw new IOException("its answer goes on after its last line");
    }
  }
}
