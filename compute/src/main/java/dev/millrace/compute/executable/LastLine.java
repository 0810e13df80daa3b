package dev.millrace.compute.executable;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Text;

/// The last line with text of a stream, or its beginning when it is long. Belongs to one thread.
final class LastLine {
  private static final int BYTES = 200;

  private byte[] line = new byte[BYTES];
  private int length;
  private boolean blank = true;
  private byte[] complete = new byte[BYTES];
  private int completeLength;

  // Programs can say gigabytes: a line costs no object.
  void add(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      byte next = bytes[i];
      if (next == '\n') {
        end();
      } else if (length < BYTES) {
        line[length++] = next;
        blank &= next >= 0 && next <= ' ';
      }
    }
  }

  private void end() {
    if (!blank) {
      byte[] free = complete;
      complete = line;
      completeLength = length;
      line = free;
    }
    length = 0;
    blank = true;
  }

  /// Printable, and empty when there was none.
  String text() {
    end();
    return Text.printable(new String(complete, 0, completeLength, UTF_8).strip());
  }
}
