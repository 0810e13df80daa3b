package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;

/// A line of `md5sum` and its kin: `HEX NAME`. A name with a backslash, line feed or carriage
/// return has them escaped, and the line then begins with a backslash. An input without a name is
/// standard input, `-`.
final class ChecksumLine {
  private ChecksumLine() {}

  static void print(OutputStream out, String hex, String label) throws IOException {
    String name = label.isEmpty() ? "-" : label;
    String escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    String line = (escaped.equals(name) ? "" : "\\") + hex + "  " + escaped + "\n";
    out.write(line.getBytes(UTF_8));
  }
}
