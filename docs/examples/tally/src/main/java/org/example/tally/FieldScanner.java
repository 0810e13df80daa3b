package org.example.tally;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;

/// Finds one field in each line of bytes that come in runs of any length. As with `cut`, a line
/// without any delimiter is a field as a whole, and a field that a line lacks is empty.
final class FieldScanner {
  private final int wanted;
  private final byte delimiter;
  private final String label;
  private final Counts counts;
  private final byte[] value = new byte[Counts.VALUE_BYTES];
  private int length;
  private int field = 1;
  private boolean inLine;

  /// @param label of the input, for failures
  FieldScanner(int wanted, byte delimiter, String label, Counts counts) {
    this.wanted = wanted;
    this.delimiter = delimiter;
    this.label = label;
    this.counts = counts;
  }

  void scan(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      byte b = bytes[i];
      if (b == '\n') {
        endLine();
      } else if (b == delimiter) {
        inLine = true;
        if (field == 1 && wanted > 1) {
          length = 0; // the line has fields: what was seen of it is not its only one
        }
        field++;
      } else {
        inLine = true;
        if (field == wanted || field == 1) {
          keep(b);
        }
      }
    }
  }

  /// The end of the input: its last line may lack the line feed.
  void end() {
    if (inLine) {
      endLine();
    }
  }

  private void keep(byte b) {
    if (length < value.length) {
      value[length] = b;
    }
    length++;
  }

  private void endLine() {
    if (length > value.length) {
      throw new MillraceException(
          ErrorCode.BAD_INPUT,
          "tally: '"
              + Text.printable(label)
              + "': field "
              + wanted
              + " of a line has more than "
              + Counts.VALUE_BYTES
              + " bytes: tally another field, or give its delimiter");
    }
    counts.add(Bytes.copyOf(value, 0, length), 1);
    length = 0;
    field = 1;
    inLine = false;
  }
}
