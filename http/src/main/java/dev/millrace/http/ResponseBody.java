package dev.millrace.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalLong;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;

/// An answer's body on its way out. Gathers what is written into one direct buffer and sends that
/// when it is full, at a flush, and at the end: few system calls, and no copy beyond the one from
/// heap to native memory that the socket needs anyway. Nothing is sent before the first buffer is
/// full, so that a failure until then can still become an error answer.
final class ResponseBody extends OutputStream {
  private final Response response;
  private final OptionalLong length;
  private final ByteBuffer buffer;
  private long accepted;
  private boolean finished;

  /// @param buffer lent until [#finish] returns or the answer is given up
  ResponseBody(Response response, OptionalLong length, ByteBuffer buffer) {
    this.response = response;
    this.length = length;
    this.buffer = buffer.clear();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, source.length);
    if (finished || (length.isPresent() && count > length.getAsLong() - accepted)) {
      throw new IOException("answer longer than announced: " + length);
    }
    accepted += count;
    int position = offset;
    int remaining = count;
    while (remaining > 0) {
      int part = Math.min(remaining, buffer.remaining());
      buffer.put(source, position, part);
      position += part;
      remaining -= part;
      if (!buffer.hasRemaining()) {
        send(false);
      }
    }
  }

  @Override
  public void flush() throws IOException {
    if (buffer.position() > 0 && !finished) {
      send(false);
    }
  }

  /// Sends what is left and ends the body.
  void finish() throws IOException {
    if (length.isPresent() && accepted != length.getAsLong()) {
      throw new IOException("answer of " + accepted + " bytes, announced " + length.getAsLong());
    }
    send(true);
    finished = true;
  }

  long acceptedBytes() {
    return accepted;
  }

  private void send(boolean last) throws IOException {
    buffer.flip();
    try (Blocker.Callback sent = Blocker.callback()) {
      response.write(last, buffer, sent);
      sent.block();
    }
    buffer.clear();
  }
}
