package dev.millrace.cli.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// The names of files, to and from text. On disk a name is bytes; the JDK shows them through the
/// locale's character set and puts a replacement where they don't fit, which would make a wrong
/// key. So names that are not plain ASCII are read as the bytes that they are.
public final class PathNames {
  private PathNames() {}

  /// The path that a person wrote. INVALID_ARGUMENT when no file can have that name.
  public static Path parse(Path folder, String text) {
    try {
      return folder.resolve(text);
    } catch (InvalidPathException e) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "'"
              + Text.printable(text)
              + "': no file can have this name here ("
              + e.getReason()
              + "): check the name, and that LC_ALL is a UTF-8 locale",
          e);
    }
  }

  /// The last name of `path` as UTF-8 says it. INVALID_KEY when its bytes are not UTF-8.
  public static String lastName(Path path) {
    Path last = path.getFileName();
    if (last == null) {
      return "";
    }
    String shown = last.toString();
    if (shown.chars().allMatch(c -> c < 0x80)) {
      return shown;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(lastNameBytes(path))).toString();
    } catch (CharacterCodingException e) {
      throw new MillraceException(
          ErrorCode.INVALID_KEY,
          path + ": its name is not valid UTF-8, and a key must be: rename it",
          e);
    }
  }

  private static byte[] lastNameBytes(Path path) {
    String raw = path.toUri().getRawPath();
    int end = raw.endsWith("/") ? raw.length() - 1 : raw.length();
    int begin = raw.lastIndexOf('/', end - 1) + 1;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(end - begin);
    for (int i = begin; i < end; i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toByteArray();
  }
}
