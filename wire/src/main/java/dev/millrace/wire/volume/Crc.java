package dev.millrace.wire.volume;

import java.util.zip.CRC32C;

/// CRC32C (RFC 3720, appendix B.4) of byte ranges.
public final class Crc {
  private Crc() {}

  public static int of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /// The index of the one byte of `bytes[offset, offset+length)` that has to change for `crc` to be
  /// right, having changed it in place; -1, with nothing changed, when no single byte will do.
  ///
  /// Among ranges as short as a header a wrong correction needs damage of several bytes that by
  /// chance (1 in 100,000) lands within one byte of another valid header; the caller's own checks
  /// of the fields then have to be passed by chance too.
  static int correctByte(byte[] bytes, int offset, int length, int crc) {
    for (int i = offset; i < offset + length; i++) {
      byte found = bytes[i];
      for (int change = 1; change < 256; change++) {
        bytes[i] = (byte) (found ^ change);
        if (of(bytes, offset, length) == crc) {
          return i - offset;
        }
      }
      bytes[i] = found;
    }
    return -1;
  }
}
