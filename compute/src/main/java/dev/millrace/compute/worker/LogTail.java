package dev.millrace.compute.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ByteUnits;
import java.util.Arrays;

/// The last 64 KiB of what was logged. Thread-safe.
final class LogTail {
  static final int BYTES = (int) (64 * ByteUnits.KIB);

  private byte[] ring = {};
  private long written;

  synchronized void add(byte[] source, int offset, int length) {
    int skipped = Math.max(0, length - BYTES);
    written += skipped;
    reserve(Math.min(BYTES, written + length - skipped));
    int left = length - skipped;
    int at = (int) (written % BYTES);
    int first = Math.min(left, BYTES - at);
    System.arraycopy(source, offset + skipped, ring, at, first);
    System.arraycopy(source, offset + skipped + first, ring, 0, left - first);
    written += left;
  }

  private void reserve(long bytes) {
    if (ring.length < bytes) {
      ring = Arrays.copyOf(ring, (int) Math.min(BYTES, Math.max(bytes, 2L * ring.length)));
    }
  }

  /// How many bytes were logged in all.
  synchronized long written() {
    return written;
  }

  /// What is kept.
  synchronized byte[] bytes() {
    int kept = (int) Math.min(written, BYTES);
    byte[] bytes = new byte[kept];
    for (int i = 0; i < kept; i++) {
      bytes[i] = ring[(int) ((written - kept + i) % BYTES)];
    }
    return bytes;
  }

  /// What is kept, as text; bytes that are no UTF-8 are replaced.
  String text() {
    return new String(bytes(), UTF_8);
  }
}
