package dev.millrace.wire.volume;

import dev.millrace.base.Id128;
import dev.millrace.model.DiskId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// The first 4 KiB of a segment file.
///
/// ```
///   0  u64  magic "MRSEGMT1"
///   8  u64  format version
///  16  u64  volume number
///  24  u64  segment number
///  32  u64  nonce
///  40  u64  disk id, upper half
///  48  u64  disk id, lower half
///  56  u32  0
///  60  u32  CRC32C of bytes 0 to 59
/// ```
///
/// The 64 bytes stand twice, at 0 and at 2,048; the rest is zero.
///
/// @param nonce random; every record of the file repeats it
public record SegmentHeader(long volumeNumber, long segmentNumber, long nonce, DiskId disk) {
  /// Length of the block; records follow.
  public static final int BLOCK_BYTES = 4096;

  public static final int VERSION = 1;

  private static final long MAGIC = 0x31544D474553_524DL; // "MRSEGMT1"
  private static final int HEADER_BYTES = 64;
  private static final int CRC_OFFSET = 60;
  private static final int COPY_OFFSET = 2048;

  static final List<Field> LAYOUT =
      List.of(
          new Field("segment magic", 0, 8),
          new Field("segment format version", 8, 8),
          new Field("segment volume number", 16, 8),
          new Field("segment number", 24, 8),
          new Field("segment nonce", 32, 8),
          new Field("segment disk id", 40, 16),
          new Field("segment reserved bytes", 56, 4),
          new Field("segment header checksum", CRC_OFFSET, 4));

  public byte[] encode() {
    byte[] bytes = new byte[BLOCK_BYTES];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putLong(VERSION).putLong(volumeNumber).putLong(segmentNumber).putLong(nonce);
    out.putLong(disk.value().high()).putLong(disk.value().low());
    out.putInt(CRC_OFFSET, Crc.of(bytes, 0, CRC_OFFSET));
    System.arraycopy(bytes, 0, bytes, COPY_OFFSET, HEADER_BYTES);
    return bytes;
  }

  /// Reads the block; a copy or a single damaged byte is corrected and named.
  public static Decoded<SegmentHeader> decode(byte[] block) {
    Decoded<SegmentHeader> first = decodeAt(block, 0);
    if (first instanceof Decoded.Whole<SegmentHeader>) {
      return first;
    }
    Decoded<SegmentHeader> copy = decodeAt(block, COPY_OFFSET);
    if (copy instanceof Decoded.Whole<SegmentHeader>(SegmentHeader header)) {
      String what = first instanceof Decoded.Damaged<SegmentHeader> d ? d.what() : "segment magic";
      return new Decoded.Damaged<>(what, header);
    }
    return first instanceof Decoded.Blank<SegmentHeader> && !(copy instanceof Decoded.Blank)
        ? copy
        : first;
  }

  private static Decoded<SegmentHeader> decodeAt(byte[] block, int at) {
    ByteBuffer in = ByteBuffer.wrap(block, at, HEADER_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
    if (in.equals(ByteBuffer.allocate(HEADER_BYTES))) {
      return new Decoded.Blank<>();
    }
    byte[] bytes = new byte[HEADER_BYTES];
    in.get(0, bytes);
    int stored = in.getInt(CRC_OFFSET);
    if (Crc.of(bytes, 0, CRC_OFFSET) != stored) {
      byte[] found = bytes.clone();
      int index = Crc.correctByte(bytes, 0, CRC_OFFSET, stored);
      if (index < 0) {
        return new Decoded.Damaged<>("segment header checksum", null);
      }
      String what =
          "%s: byte %d is %02x, was %02x"
              .formatted(Field.nameAt(LAYOUT, index), index, found[index], bytes[index]);
      return new Decoded.Damaged<>(
          what, parse(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)));
    }
    if (in.getLong(0) != MAGIC) {
      return new Decoded.Damaged<>("segment magic", null);
    }
    if (in.getLong(8) != VERSION) {
      return new Decoded.Damaged<>(
          "segment format version: " + in.getLong(8) + ", this program reads " + VERSION, null);
    }
    return new Decoded.Whole<>(parse(in));
  }

  private static SegmentHeader parse(ByteBuffer in) {
    return new SegmentHeader(
        in.getLong(16),
        in.getLong(24),
        in.getLong(32),
        new DiskId(new Id128(in.getLong(40), in.getLong(48))));
  }
}
