package dev.millrace.wire.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// Lines of fields with `|` between them; lines that begin with `#` are comments.
final class VectorFile {
  private VectorFile() {}

  static List<String[]> lines(String name) {
    try (InputStream in =
        Objects.requireNonNull(VectorFile.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\\|", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  /// The plaintext of the fixed vectors.
  static byte[] pattern(int length) {
    byte[] plain = new byte[length];
    for (int i = 0; i < length; i++) {
      plain[i] = (byte) (i * 31 + 7);
    }
    return plain;
  }
}
