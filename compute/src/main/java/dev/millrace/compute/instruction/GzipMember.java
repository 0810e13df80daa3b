package dev.millrace.compute.instruction;

import dev.millrace.base.ByteUnits;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Decompresses one gzip member (RFC 1952) and verifies its CRC-32 and length.
///
/// ```
/// 1f 8b | method 8 | flags | time (4) | extra flags | system
///       | extra: length (2), bytes | name, 0 | comment, 0 | CRC-16 of the header
///       | deflated data | CRC-32 (4) | length modulo 2^32 (4)
/// ```
final class GzipMember {
  private static final int DEFLATED = 8;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;
  private static final int STEP_BYTES = (int) (256 * ByteUnits.KIB);
  private static final String PART = "gzip member";

  private GzipMember() {}

  /// Writes the plaintext of the member that `source` stands before, and advances behind it.
  static void expand(CompressedSource source, OutputStream output, TaskContext task)
      throws IOException {
    readHeader(source);
    CRC32 crc = new CRC32();
    long length = 0;
    byte[] plain = new byte[STEP_BYTES];
    try (Inflater inflater = new Inflater(true)) {
      while (!inflater.finished()) {
        if (source.require(1) == 0) {
          throw source.truncated(PART);
        }
        int given = source.available();
        inflater.setInput(source.buffer(), source.from(), given);
        // The input stays in place until the inflater has used it up.
        do {
          int n = inflate(inflater, plain, source);
          crc.update(plain, 0, n);
          length += n;
          output.write(plain, 0, n);
          task.check();
        } while (!inflater.finished() && !inflater.needsInput());
        source.advance(given - inflater.getRemaining());
      }
    }
    if (source.read32(PART) != crc.getValue()) {
      throw source.damaged("the CRC-32 of a gzip member differs");
    }
    if (source.read32(PART) != (length & 0xffffffffL)) {
      throw source.damaged("the length of a gzip member differs");
    }
  }

  private static int inflate(Inflater inflater, byte[] plain, CompressedSource source) {
    try {
      int n = inflater.inflate(plain);
      if (inflater.needsDictionary()) {
        throw source.damaged("gzip data never needs a dictionary");
      }
      return n;
    } catch (DataFormatException e) {
      throw source.damaged("gzip: " + e.getMessage());
    }
  }

  private static void readHeader(CompressedSource source) {
    CRC32 crc = new CRC32();
    int[] fixed = new int[10];
    for (int i = 0; i < fixed.length; i++) {
      fixed[i] = next(source, crc);
    }
    int flags = fixed[3];
    if (fixed[2] != DEFLATED || (flags & RESERVED) != 0) {
      throw source.damaged("a gzip header names an unknown method or flag");
    }
    if ((flags & EXTRA) != 0) {
      int length = next(source, crc);
      length |= next(source, crc) << 8;
      for (int i = 0; i < length; i++) {
        next(source, crc);
      }
    }
    if ((flags & NAME) != 0) {
      skipText(source, crc);
    }
    if ((flags & COMMENT) != 0) {
      skipText(source, crc);
    }
    if ((flags & HEADER_CRC) != 0 && source.read16(PART) != (crc.getValue() & 0xffff)) {
      throw source.damaged("the CRC of a gzip header differs");
    }
  }

  private static void skipText(CompressedSource source, CRC32 crc) {
    while (next(source, crc) != 0) {
      // up to the zero
    }
  }

  private static int next(CompressedSource source, CRC32 crc) {
    int b = source.read8(PART);
    crc.update(b);
    return b;
  }
}
