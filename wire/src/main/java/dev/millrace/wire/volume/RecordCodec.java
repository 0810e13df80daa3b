package dev.millrace.wire.volume;

import dev.millrace.base.Text;
import dev.millrace.model.ChunkId;
import dev.millrace.wire.SealedChunk;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns record headers into bytes and back.
///
/// ```
///   0  u64  magic "MRRECRD1"
///   8  u16  format version
///  10  u8   kind: 1 chunk, 2 tombstone, 3 mark
///  11  u8   flags: 1 = large (start and frames aligned to 4 KiB)
///  12  u32  plain length
///  16  u64  volume number            } the chunk id
///  24  u64  local id                 }
///  32  u64  sequence (of a tombstone: the last one that it kills)
///  40  u64  segment nonce
///  48  u64  offset of this record in its file
///  56  u64  durable through
///  64  u32  sealed length
///  68  u32  recovery length
///  72  u32  frame count
///  76  u32  data offset, from the start of the record
///  80  u64  extent length, from the start of the record to its end
///  88  u64  target segment (of a tombstone)
///  96  u64  target offset (of a tombstone)
/// 104  12 x 0
/// 116  u32  body CRC32C: recovery blob and frame table
/// 120  u32  version check: the bytes 8 to 11, inverted
/// 124  u32  header CRC32C: bytes 0 to 123
/// 128  recovery blob
///      u32  CRC32C of each sealed frame
///      zeros up to the data offset
///      sealed frames, zeros up to the extent's end
/// ```
///
/// Tombstones and marks have no body; their header stands twice in their 512 bytes, at 0 and 256.
public final class RecordCodec {
  public static final int HEADER_BYTES = 128;
  public static final int VERSION = 1;

  private static final int COPY_OFFSET = 256;
  private static final int CRC_OFFSET = 124;
  private static final long MAGIC = 0x3144524345_52524DL; // "MRRECRD1"
  private static final int MAGIC_BITS_MAY_DIFFER = 8;
  private static final int CHUNK = 1;
  private static final int TOMBSTONE = 2;
  private static final int MARK = 3;
  private static final int LARGE_FLAG = 1;

  static final List<Field> LAYOUT =
      List.of(
          new Field("magic", 0, 8),
          new Field("format version", 8, 2),
          new Field("kind", 10, 1),
          new Field("flags", 11, 1),
          new Field("plain length", 12, 4),
          new Field("volume number", 16, 8),
          new Field("local id", 24, 8),
          new Field("sequence", 32, 8),
          new Field("segment nonce", 40, 8),
          new Field("offset", 48, 8),
          new Field("durable through", 56, 8),
          new Field("sealed length", 64, 4),
          new Field("recovery length", 68, 4),
          new Field("frame count", 72, 4),
          new Field("data offset", 76, 4),
          new Field("extent length", 80, 8),
          new Field("target segment", 88, 8),
          new Field("target offset", 96, 8),
          new Field("reserved bytes", 104, 12),
          new Field("body checksum", 116, 4),
          new Field("version check", 120, 4),
          new Field("header checksum", CRC_OFFSET, 4));

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private RecordCodec() {}

  /// Where a record is looked for: what its header has to agree with.
  public record Site(long volumeNumber, long segmentNonce, long offset) {}

  /// Bytes of `header` with nothing behind it: 128 for a chunk, the whole record for the others.
  public static byte[] encode(RecordHeader header) {
    byte[] bytes =
        new byte[header instanceof RecordHeader.Chunk ? HEADER_BYTES : header.extentBytes()];
    encode(header, bytes, 0);
    return bytes;
  }

  /// Writes `header` at `at`, where zeros are.
  public static void encode(RecordHeader header, byte[] target, int at) {
    LONG.set(target, at, MAGIC);
    SHORT.set(target, at + 8, (short) VERSION);
    switch (header) {
      case RecordHeader.Chunk chunk -> encodeChunk(chunk, target, at);
      case RecordHeader.Tombstone tombstone -> {
        target[at + 10] = TOMBSTONE;
        LONG.set(target, at + 16, tombstone.id().volumeNumber());
        LONG.set(target, at + 24, tombstone.id().local());
        LONG.set(target, at + 32, tombstone.upToSequence());
        LONG.set(target, at + 88, tombstone.targetSegment());
        LONG.set(target, at + 96, tombstone.targetOffset());
      }
      case RecordHeader.Mark mark -> {
        target[at + 10] = MARK;
        LONG.set(target, at + 16, mark.volumeNumber());
      }
    }
    LONG.set(target, at + 40, header.place().segmentNonce());
    LONG.set(target, at + 48, header.place().offset());
    LONG.set(target, at + 56, header.place().durableThrough());
    LONG.set(target, at + 80, (long) header.extentBytes());
    INT.set(target, at + 120, ~(int) INT.get(target, at + 8));
    INT.set(target, at + CRC_OFFSET, Crc.of(target, at, CRC_OFFSET));
    if (!(header instanceof RecordHeader.Chunk)) {
      System.arraycopy(target, at, target, at + COPY_OFFSET, HEADER_BYTES);
    }
  }

  private static void encodeChunk(RecordHeader.Chunk chunk, byte[] target, int at) {
    RecordShape shape = chunk.shape();
    target[at + 10] = CHUNK;
    target[at + 11] = (byte) (shape.large() ? LARGE_FLAG : 0);
    INT.set(target, at + 12, shape.plainBytes());
    LONG.set(target, at + 16, chunk.id().volumeNumber());
    LONG.set(target, at + 24, chunk.id().local());
    LONG.set(target, at + 32, chunk.sequence());
    INT.set(target, at + 64, shape.sealedBytes());
    INT.set(target, at + 68, shape.recoveryBytes());
    INT.set(target, at + 72, shape.frameCount());
    INT.set(target, at + 76, shape.dataOffset());
    INT.set(target, at + 116, chunk.bodyCrc());
  }

  /// Puts the checksums of the sealed frames into the table of a record whose header, recovery blob
  /// and table start at `at`.
  public static void writeTable(SealedChunk chunk, RecordShape shape, byte[] target, int at) {
    int frame = 0;
    for (int from = 0; from < chunk.sealedBytes(); from += SealedChunk.SEALED_FRAME_BYTES) {
      int length = Math.min(SealedChunk.SEALED_FRAME_BYTES, chunk.sealedBytes() - from);
      INT.set(
          target,
          at + shape.tableOffset() + Integer.BYTES * frame++,
          Crc.of(chunk.buffer(), from, length));
    }
  }

  /// CRC32C of frame `index` as the table says.
  public static int frameCrc(RecordShape shape, int index, byte[] record, int at) {
    return (int) INT.get(record, at + shape.tableOffset() + Integer.BYTES * index);
  }

  /// CRC32C of recovery blob and table.
  public static int bodyCrc(RecordShape shape, byte[] record, int at) {
    return Crc.of(record, at + HEADER_BYTES, shape.metaBytes() - HEADER_BYTES);
  }

  /// Reads the header at `at`. `bytes` holds at least 512 bytes from there, and is not changed.
  public static Decoded<RecordHeader> decode(byte[] bytes, int at, Site site) {
    Decoded<RecordHeader> first = decodeCopy(bytes, at, site);
    if (first instanceof Decoded.Damaged<RecordHeader>(String what, RecordHeader corrected)
        && corrected == null
        && decodeCopy(bytes, at + COPY_OFFSET, site)
            instanceof Decoded.Whole<RecordHeader>(RecordHeader copy)
        && !(copy instanceof RecordHeader.Chunk)) {
      return new Decoded.Damaged<>(what, copy);
    }
    return first;
  }

  private static Decoded<RecordHeader> decodeCopy(byte[] bytes, int at, Site site) {
    int magicBits = Long.bitCount((long) LONG.get(bytes, at) ^ MAGIC);
    if (magicBits > MAGIC_BITS_MAY_DIFFER) {
      return blank(bytes, at, HEADER_BYTES)
          ? new Decoded.Blank<>()
          : new Decoded.Damaged<>("magic: no record starts here", null);
    }
    if (magicBits == 0 && Crc.of(bytes, at, CRC_OFFSET) == (int) INT.get(bytes, at + CRC_OFFSET)) {
      byte[] header = Arrays.copyOfRange(bytes, at, at + HEADER_BYTES);
      String wrong = firstWrongField(header, site);
      return wrong == null
          ? new Decoded.Whole<>(parse(header))
          : new Decoded.Damaged<>(wrong, null);
    }
    return diagnose(Arrays.copyOfRange(bytes, at, at + HEADER_BYTES), site);
  }

  /// Finds the one damaged byte, or else names a field that can't be as it is.
  private static Decoded<RecordHeader> diagnose(byte[] header, Site site) {
    byte[] trial = header.clone();
    int stored = (int) INT.get(header, CRC_OFFSET);
    int computed = Crc.of(header, 0, CRC_OFFSET);
    int index = -1;
    if (plausibleChecksumDamage(stored, computed)) {
      index = CRC_OFFSET;
    } else {
      index = Crc.correctByte(trial, 0, CRC_OFFSET, stored);
    }
    if (index >= 0 && firstWrongField(trial, site) == null) {
      String what =
          index == CRC_OFFSET
              ? "header checksum: %08x for contents of %08x".formatted(stored, computed)
              : "%s: byte %d is %02x, was %02x"
                  .formatted(Field.nameAt(LAYOUT, index), index, header[index], trial[index]);
      return new Decoded.Damaged<>(what, parse(trial));
    }
    String wrong = firstWrongField(header, site);
    return new Decoded.Damaged<>(
        wrong != null
            ? wrong
            : "header checksum: %08x for contents of %08x".formatted(stored, computed),
        null);
  }

  /// Whether the two differ in one byte: then it is the checksum that is damaged.
  private static boolean plausibleChecksumDamage(int stored, int computed) {
    int difference = stored ^ computed;
    int bytes = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      bytes += ((difference >>> shift) & 0xff) != 0 ? 1 : 0;
    }
    return bytes == 1;
  }

  private static @Nullable String firstWrongField(byte[] header, Site site) {
    int version = (short) SHORT.get(header, 8) & 0xffff;
    int kind = header[10];
    long nonce = (long) LONG.get(header, 40);
    long offset = (long) LONG.get(header, 48);
    long volume = (long) LONG.get(header, 16);
    if ((long) LONG.get(header, 0) != MAGIC) {
      return "magic: " + Text.hex((long) LONG.get(header, 0));
    } else if ((int) INT.get(header, 120) != ~(int) INT.get(header, 8)) {
      return "version check: differs from version, kind and flags";
    } else if (version != VERSION) {
      return "format version: " + version + ", this program reads " + VERSION;
    } else if (nonce != site.segmentNonce()) {
      return "segment nonce: "
          + Text.hex(nonce)
          + ", the file has "
          + Text.hex(site.segmentNonce());
    } else if (offset != site.offset()) {
      return "offset: " + offset + ", it lies at " + site.offset();
    } else if (volume != site.volumeNumber()) {
      return "volume number: " + Text.hex(volume) + ", not " + Text.hex(site.volumeNumber());
    } else if (!blank(header, 104, 12)) {
      return "reserved bytes: not zero";
    }
    return switch (kind) {
      case CHUNK -> wrongLength(header);
      case TOMBSTONE, MARK ->
          (long) LONG.get(header, 80) == RecordShape.GRANULE_BYTES ? null : "extent length";
      default -> "kind: " + kind;
    };
  }

  private static @Nullable String wrongLength(byte[] header) {
    int plain = (int) INT.get(header, 12);
    int recovery = (int) INT.get(header, 68);
    if (!RecordShape.valid(plain, recovery)) {
      return "plain length: " + plain + " with recovery length " + recovery;
    }
    RecordShape shape = new RecordShape(plain, recovery);
    if ((int) INT.get(header, 64) != shape.sealedBytes()) {
      return "sealed length: " + (int) INT.get(header, 64) + " for " + plain + " bytes";
    } else if ((int) INT.get(header, 72) != shape.frameCount()) {
      return "frame count: " + (int) INT.get(header, 72) + " for " + plain + " bytes";
    } else if ((int) INT.get(header, 76) != shape.dataOffset()) {
      return "data offset: " + (int) INT.get(header, 76);
    } else if ((long) LONG.get(header, 80) != shape.extentBytes()) {
      return "extent length: " + (long) LONG.get(header, 80);
    }
    return header[11] == (shape.large() ? LARGE_FLAG : 0) ? null : "flags: " + header[11];
  }

  private static RecordHeader parse(byte[] header) {
    ChunkId id = new ChunkId((long) LONG.get(header, 16), (long) LONG.get(header, 24));
    long sequence = (long) LONG.get(header, 32);
    RecordHeader.Place place =
        new RecordHeader.Place(
            (long) LONG.get(header, 40), (long) LONG.get(header, 48), (long) LONG.get(header, 56));
    return switch (header[10]) {
      case CHUNK ->
          new RecordHeader.Chunk(
              id,
              sequence,
              new RecordShape((int) INT.get(header, 12), (int) INT.get(header, 68)),
              (int) INT.get(header, 116),
              place);
      case TOMBSTONE ->
          new RecordHeader.Tombstone(
              id, sequence, (long) LONG.get(header, 88), (long) LONG.get(header, 96), place);
      default -> new RecordHeader.Mark(id.volumeNumber(), place);
    };
  }

  private static boolean blank(byte[] bytes, int at, int length) {
    for (int i = at; i < at + length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
