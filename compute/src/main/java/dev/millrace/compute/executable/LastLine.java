package dev.millrace.compute.executable;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Text;

/// The last line with text of a stream, or its beginning when it is long. Belongs to one thread.
final class LastLine {
  private static final int BYTES = 200;

  private byte[] line = new byte[BYTES];
  private int length;
  private byte[] complete = {};

  void add(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      if (bytes[i] == '\n') {
        end();
      } else if (length < BYTES) {
        line[length++] = bytes[i];
      }
    }
  }

  private void end() {
    byte[] text = java.util.Arrays.copyOf(line, length);
    if (!new String(text, UTF_8).isBlank()) {
      complete = text;
    }
    length = 0;
  }

  /// Printable, and empty when there was none.
  String text() {
    end();
    return Text.printable(new String(complete, UTF_8).strip());
  }
}
