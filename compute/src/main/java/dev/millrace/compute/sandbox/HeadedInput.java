package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A stream whose first bytes can be looked at, whether they were read already or not. Thread-safe.
final class HeadedInput extends InputStream {
  static final int HEAD_BYTES = 1024;

  private final InputStream source;
  private final byte[] head = new byte[HEAD_BYTES];
  private int headLength;
  private int position;

  HeadedInput(InputStream source) {
    this.source = source;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public synchronized int read(byte[] target, int offset, int length) throws IOException {
    if (position < headLength) {
      int n = Math.min(length, headLength - position);
      System.arraycopy(head, position, target, offset, n);
      position += n;
      return n;
    }
    int n = source.read(target, offset, length);
    int kept = Math.min(Math.max(n, 0), HEAD_BYTES - headLength);
    System.arraycopy(target, offset, head, headLength, kept);
    headLength += kept;
    position = headLength;
    return n;
  }

  @Override
  public synchronized int available() throws IOException {
    return headLength - position + source.available();
  }

  /// The first bytes as text. Waits for them, or for the stream's end; the stream's reader gets
  /// them as well.
  synchronized String head() {
    try {
      while (headLength < HEAD_BYTES) {
        int n = source.read(head, headLength, HEAD_BYTES - headLength);
        if (n < 0) {
          break;
        }
        headLength += n;
      }
    } catch (IOException e) {
      // closed meanwhile: what is there is all
    }
    return new String(Arrays.copyOf(head, headLength), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
