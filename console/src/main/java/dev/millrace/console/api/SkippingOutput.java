package dev.millrace.console.api;

import java.io.IOException;
import java.io.OutputStream;

/// Passes on what is written after the first `skip` bytes.
final class SkippingOutput extends OutputStream {
  private final OutputStream sink;
  private long skip;

  SkippingOutput(OutputStream sink, long skip) {
    this.sink = sink;
    this.skip = skip;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int count) throws IOException {
    int skipped = (int) Math.min(skip, count);
    skip -= skipped;
    if (count > skipped) {
      sink.write(source, offset + skipped, count - skipped);
    }
  }

  @Override
  public void flush() throws IOException {
    sink.flush();
  }
}
