package dev.millrace.cli.show;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.LocalErrors;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/// Standard output, buffered, which remembers that it failed: a reader that went away ends a
/// command quietly, a full disk does not. Belongs to one thread at a time.
public final class StandardOutput extends OutputStream {
  private static final int BUFFER_BYTES = (int) (64 * ByteUnits.KIB);

  private final OutputStream sink;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int used;
  private Optional<IOException> failure = Optional.empty();

  public StandardOutput(OutputStream sink) {
    this.sink = sink;
  }

  /// Writes one line of text.
  public void line(String text) {
    try {
      write(text.getBytes(UTF_8));
      write('\n');
    } catch (IOException e) {
      throw named(e);
    }
  }

  /// What writing failed with.
  public Optional<MillraceException> failure() {
    return failure.map(StandardOutput::named);
  }

  /// Whether the reader went away.
  public boolean brokenPipe() {
    return failure
        .map(IOException::getMessage)
        .filter(message -> message.contains("Broken pipe") || message.contains("Pipe closed"))
        .isPresent();
  }

  private static MillraceException named(IOException cause) {
    return LocalErrors.writing("standard output", cause);
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    if (length > buffer.length - used) {
      drain();
    }
    if (length > buffer.length) {
      try {
        sink.write(source, offset, length);
      } catch (IOException e) {
        throw failed(e);
      }
      return;
    }
    System.arraycopy(source, offset, buffer, used, length);
    used += length;
  }

  private void drain() throws IOException {
    if (failure.isPresent()) {
      used = 0;
      throw failure.get();
    }
    int length = used;
    used = 0;
    try {
      sink.write(buffer, 0, length);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private IOException failed(IOException cause) {
    failure = Optional.of(cause);
    return cause;
  }

  @Override
  public void flush() throws IOException {
    if (used > 0) {
      drain();
    }
    try {
      sink.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Flushes; the stream below stays open.
  @Override
  public void close() throws IOException {
    flush();
  }
}
