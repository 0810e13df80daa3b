package dev.millrace.node.recovery;

import dev.millrace.client.ContentReader;
import java.io.InputStream;

/// Content as a stream, from its beginning.
final class ReaderStream extends InputStream {
  private final ContentReader reader;
  private long position;

  ReaderStream(ContentReader reader) {
    this.reader = reader;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    int count = (int) Math.min(length, reader.sizeBytes() - position);
    if (count == 0) {
      return length == 0 ? 0 : -1;
    }
    reader.read(position, target, offset, count);
    position += count;
    return count;
  }
}
