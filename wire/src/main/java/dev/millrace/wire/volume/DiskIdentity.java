package dev.millrace.wire.volume;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.DiskId;
import dev.millrace.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a disk folder says of itself, as five lines of text:
///
/// ```
/// millrace disk
/// version 1
/// disk 0193…            32 hexadecimal digits
/// node 0193…            the node that it belongs to
/// crc32c 1a2b3c4d       of all the bytes before this line
/// ```
public record DiskIdentity(DiskId disk, NodeId node) {
  public static final int VERSION = 1;

  private static final Pattern TEXT =
      Pattern.compile(
          """
          millrace disk
          version (\\d{1,9})
          disk ([0-9a-f]{32})
          node ([0-9a-f]{32})
          crc32c ([0-9a-f]{8})
          """);
  private static final int CRC_LINE_BYTES = 16;

  public byte[] encode() {
    String body = "millrace disk\nversion " + VERSION + "\ndisk " + disk + "\nnode " + node + "\n";
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    String all = body + "crc32c " + crc(bytes, bytes.length) + "\n";
    Check.that(all.length() == bytes.length + CRC_LINE_BYTES, "identity of %d", all.length());
    return all.getBytes(StandardCharsets.US_ASCII);
  }

  /// Reads the file at `where` (for the message).
  ///
  /// @throws MillraceException HOME_VERSION for another format version, CORRUPT_DATA for anything
  ///   else that is not as [#encode] writes it
  public static DiskIdentity decode(byte[] bytes, String where) {
    Matcher matcher = TEXT.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    if (!matcher.matches()) {
      int version = versionOf(bytes);
      if (version > 0 && version != VERSION) {
        throw otherVersion(where, version);
      }
      throw new MillraceException(
          ErrorCode.CORRUPT_DATA,
          where + ": not a disk identity: restore the file from a backup, or take the disk out");
    }
    if (!matcher.group(4).equals(crc(bytes, bytes.length - CRC_LINE_BYTES))) {
      throw new MillraceException(
          ErrorCode.CORRUPT_DATA,
          where
              + ": the disk identity's crc32c is "
              + crc(bytes, bytes.length - CRC_LINE_BYTES)
              + ", its last line says "
              + matcher.group(4)
              + ": restore the file from a backup, or take the disk out");
    }
    if (Integer.parseInt(matcher.group(1)) != VERSION) {
      throw otherVersion(where, Integer.parseInt(matcher.group(1)));
    }
    return new DiskIdentity(DiskId.parse(matcher.group(2)), NodeId.parse(matcher.group(3)));
  }

  private static int versionOf(byte[] bytes) {
    Matcher matcher =
        Pattern.compile("millrace disk\nversion (\\d{1,9})\n")
            .matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    return matcher.lookingAt() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  private static MillraceException otherVersion(String where, int version) {
    return new MillraceException(
        ErrorCode.HOME_VERSION,
        where
            + ": disk format version "
            + version
            + ", this program knows "
            + VERSION
            + ": use the Millrace version that wrote it");
  }

  private static String crc(byte[] bytes, int length) {
    int crc = Crc.of(bytes, 0, length);
    return Text.hex(
        new byte[] {(byte) (crc >> 24), (byte) (crc >> 16), (byte) (crc >> 8), (byte) crc});
  }
}
