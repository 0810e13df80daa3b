package dev.millrace.compute.plugin;

import java.io.OutputStream;
import java.util.Objects;

/// What a plug-in writes to, while its call runs. Gathers small writes. Flushing or closing it, as
/// streams around it do, ends nothing.
final class GuardedOutput extends OutputStream {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final String WRITE = "it wrote";

  private final ForeignCall<?> call;
  private final OutputStream output;
  private final boolean allowed;
  private byte[] buffer = {};
  private int filled;

  /// @param allowed false when the pieces of the job write nothing
  GuardedOutput(ForeignCall<?> call, OutputStream output, boolean allowed) {
    this.call = call;
    this.output = output;
    this.allowed = allowed;
  }

  @Override
  public void write(int b) {
    requireRoom();
    buffer[filled++] = (byte) b;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    if (length == 0) {
      return;
    }
    requireRoom();
    if (length <= buffer.length - filled) {
      System.arraycopy(source, offset, buffer, filled, length);
      filled += length;
      return;
    }
    handOver();
    call.ask(WRITE, () -> output.write(source, offset, length));
  }

  private void requireRoom() {
    call.requireOwnThread(WRITE);
    if (!allowed) {
      throw call.failure(WRITE + " output, though it aggregates");
    }
    if (buffer.length == 0) {
      buffer = new byte[BUFFER_BYTES];
    }
    if (filled == buffer.length) {
      handOver();
    }
  }

  /// Hands over what was gathered. Called once more when the plug-in's code has ended, on its
  /// thread.
  void handOver() {
    if (filled > 0) {
      int length = filled;
      filled = 0;
      byte[] gathered = buffer;
      call.ask(WRITE, () -> output.write(gathered, 0, length));
    }
  }

  @Override
  public void flush() {
    handOver();
  }

  @Override
  public void close() {
    handOver();
  }
}
