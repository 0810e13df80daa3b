package dev.millrace.wire.seal;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The text form of a key ring: a line for each key, with its number, its 64 hexadecimal digits and
/// its check value (16 digits), by which a damaged line is found. Empty lines and those that begin
/// with `#` say nothing. In an environment variable `,` stands for the end of a line.
final class MasterKeyText {
  private static final String HEADER =
      """
      # Millrace master keys: number, key, check value.
      # Whoever has this file can read everything that is stored; without it nobody can.
      # Keep a copy in another place. Remove no line: old files need old keys.
      """;

  private MasterKeyText() {}

  static String format(Iterable<MasterKey> keys) {
    StringBuilder text = new StringBuilder(HEADER);
    for (MasterKey key : keys) {
      text.append(key.number())
          .append(' ')
          .append(Text.hex(key.raw()))
          .append(' ')
          .append(Text.hex(key.check().toArray()))
          .append('\n');
    }
    return text.toString();
  }

  /// @param where names the source in messages
  static NavigableMap<Integer, MasterKey> parse(String text, String where) {
    NavigableMap<Integer, MasterKey> keys = new TreeMap<>();
    int lineNumber = 0;
    for (String line : text.split("\n", -1)) {
      lineNumber++;
      String content = line.strip();
      if (content.isEmpty() || content.startsWith("#")) {
        continue;
      }
      MasterKey key = parseLine(content, where, lineNumber);
      if (keys.put(key.number(), key) != null) {
        throw malformed(where, lineNumber, "key " + key.number() + " is there twice");
      }
    }
    if (keys.isEmpty()) {
      throw new MillraceException(
          ErrorCode.KEY_MISSING,
          where + ": no master key in it: put back the copy that was made of it");
    }
    return keys;
  }

  private static MasterKey parseLine(String line, String where, int lineNumber) {
    String[] fields = line.split("\\s+", -1);
    if (fields.length != 3) {
      throw malformed(where, lineNumber, "it needs a number, a key and a check value");
    }
    MasterKey key;
    try {
      int number = Integer.parseInt(fields[0]);
      byte[] value = HexFormat.of().parseHex(fields[1]);
      if (number < 1 || value.length != Primitives.KEY_BYTES) {
        throw malformed(where, lineNumber, "a number from 1 and 64 hexadecimal digits are needed");
      }
      key = new MasterKey(number, value);
    } catch (IllegalArgumentException e) {
      // The cause's message may hold a part of the key.
      throw malformed(where, lineNumber, "a number and hexadecimal digits are needed");
    }
    if (!Text.hex(key.check().toArray()).equalsIgnoreCase(fields[2])) {
      throw malformed(where, lineNumber, "the key does not fit its check value");
    }
    return key;
  }

  private static MillraceException malformed(String where, int lineNumber, String why) {
    return new MillraceException(
        ErrorCode.CONFIGURATION,
        where + " line " + lineNumber + ": " + why + ": put back the copy that was made of it");
  }
}
