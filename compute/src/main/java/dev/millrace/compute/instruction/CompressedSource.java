package dev.millrace.compute.instruction;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.TaskContext;

/// One compressed input, read from front to back through the slot's buffer.
final class CompressedSource {
  private final PieceInput input;
  private final Segment segment;
  private final byte[] buffer;
  private long read; // bytes of the segment that went into the buffer so far
  private int from;
  private int to;

  CompressedSource(PieceInput input, Segment segment, TaskContext context) {
    this.input = input;
    this.segment = segment;
    this.buffer = context.buffer();
  }

  byte[] buffer() {
    return buffer;
  }

  /// Where the unread bytes begin in the buffer.
  int from() {
    return from;
  }

  /// How many unread bytes there are in the buffer.
  int available() {
    return to - from;
  }

  void advance(int bytes) {
    from += bytes;
  }

  /// Reads on until at least `bytes` are in the buffer.
  ///
  /// @return how many of `bytes` are there: less only at the end of the input
  int require(int bytes) {
    while (available() < bytes) {
      if (from > 0) {
        System.arraycopy(buffer, from, buffer, 0, available());
        to -= from;
        from = 0;
      }
      int n = input.read(segment, read, buffer, to, buffer.length - to);
      if (n == 0) {
        break;
      }
      read += n;
      to += n;
    }
    return Math.min(bytes, available());
  }

  int peek16() {
    return (buffer[from] & 0xff) | (buffer[from + 1] & 0xff) << 8;
  }

  /// The next four bytes, little-endian, unsigned.
  long peek32() {
    long value = 0;
    for (int i = Integer.BYTES - 1; i >= 0; i--) {
      value = value << 8 | (buffer[from + i] & 0xff);
    }
    return value;
  }

  String peekHex() {
    byte[] bytes = new byte[require(Integer.BYTES)];
    System.arraycopy(buffer, from, bytes, 0, bytes.length);
    return Text.hex(bytes);
  }

  int read8(String part) {
    if (require(1) == 0) {
      throw truncated(part);
    }
    return buffer[from++] & 0xff;
  }

  int read16(String part) {
    int low = read8(part);
    return low | read8(part) << 8;
  }

  long read32(String part) {
    long low = read16(part);
    return low | (long) read16(part) << 16;
  }

  void skip(long bytes, String part) {
    for (long rest = bytes; rest > 0; ) {
      if (require(1) == 0) {
        throw truncated(part);
      }
      int n = (int) Math.min(rest, available());
      from += n;
      rest -= n;
    }
  }

  /// Passes over zeros up to the end of the input, with which tapes and block devices pad; leaves
  /// everything as it is when something else follows.
  void skipZeroPadding() {
    while (require(1) > 0 && buffer[from] == 0) {
      from++;
    }
  }

  MillraceException truncated(String part) {
    return bad("it ends in the middle of a " + part, "store the whole file again");
  }

  MillraceException damaged(String why) {
    return bad(
        "it is damaged at or before byte " + (read - available()) + " (" + why + ")",
        "restore an undamaged copy");
  }

  MillraceException bad(String why, String remedy) {
    String name = segment.label().isEmpty() ? "standard input" : segment.label();
    return new MillraceException(
        ErrorCode.BAD_INPUT, "decompress '" + Text.printable(name) + "': " + why + ": " + remedy);
  }
}
