package dev.millrace.compute.instruction;

import java.io.ByteArrayOutputStream;

/// Quotes a file name as GNU tools print it in messages with LC_ALL=C (coreutils manual, section
/// "Formatting the file names", style `shell-escape`): the name in single quotes, bytes that can't
/// be printed as `$'\n'` beside them.
final class ShellQuoting {
  private static final String LETTERS = "abtnvfr"; // for the bytes 7 to 13

  private ShellQuoting() {}

  /// The name as it is, or quoted when it has a line feed in it: the only names that `wc` quotes.
  static byte[] ifLineFeed(byte[] name) {
    return contains(name, '\n') ? quote(name) : name;
  }

  private static boolean contains(byte[] name, char wanted) {
    for (byte b : name) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsEscaped(byte[] name) {
    byte last = name[name.length - 1];
    return last < ' ' || last == 127;
  }

  private static byte[] quote(byte[] name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(name.length + 16);
    out.write('\'');
    // As observed: in a name with a single quote that ends with an escaped byte, GNU tools begin as
    // if an escape was open. It is an accident of theirs, and still what they print.
    boolean escaping = endsEscaped(name) && contains(name, '\'');
    for (byte signed : name) {
      int b = signed & 0xff;
      boolean visible = b >= ' ' && b < 127;
      if (!visible && !escaping) {
        write(out, "'$'");
        escaping = true;
      } else if (visible && escaping && b != '\'') {
        write(out, "''");
        escaping = false;
      }
      if (b == '\'') {
        write(out, "'\\''");
        escaping = false;
      } else if (visible) {
        out.write(b);
      } else if (b >= 7 && b <= 13) {
        out.write('\\');
        out.write(LETTERS.charAt(b - 7));
      } else {
        out.write('\\');
        out.write('0' + (b >> 6));
        out.write('0' + (b >> 3 & 7));
        out.write('0' + (b & 7));
      }
    }
    out.write('\'');
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    for (int i = 0; i < text.length(); i++) {
      out.write(text.charAt(i));
    }
  }
}
