package dev.millrace.catalog.raft;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/// A segment of Ratis' log, read without Ratis (its `SegmentedRaftLogFormat`, 3.3.0):
///
/// ```
/// | "RaftLog1" | entry | entry | ... | 00 00 00 ... |
/// entry: | length, varint | LogEntryProto | CRC32C of the two, 4 bytes big-endian |
/// ```
///
/// The zeros are space taken in advance. An entry never begins with a zero byte.
final class SegmentFile {
  private static final byte[] HEADER = "RaftLog1".getBytes(US_ASCII);
  private static final int CRC_BYTES = 4;
  private static final int VARINT_MAX_BYTES = 5;

  /// What a disk writes at once: after a power cut a sector has its old bytes or its new ones.
  private static final int SECTOR_BYTES = 512;

  /// Field 1 (term), varint: how every entry's message begins, since terms begin with 1.
  private static final byte TERM_TAG = 0x08;

  private final Path path;
  private final byte[] bytes;

  SegmentFile(Path path) throws IOException {
    this.path = path;
    this.bytes = Files.readAllBytes(path);
  }

  Path path() {
    return path;
  }

  int length() {
    return bytes.length;
  }

  int headerLength() {
    return HEADER.length;
  }

  boolean headerIntact() {
    return bytes.length >= HEADER.length
        && Arrays.equals(bytes, 0, HEADER.length, HEADER, 0, HEADER.length);
  }

  /// Whether the file was made and never written: no bytes, or a torn header and zeros.
  boolean neverWritten() {
    int matching = 0;
    while (matching < Math.min(bytes.length, HEADER.length)
        && bytes[matching] == HEADER[matching]) {
      matching++;
    }
    return zerosFrom(matching) && matching < HEADER.length;
  }

  boolean zerosFrom(int offset) {
    for (int i = offset; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /// An intact entry.
  ///
  /// @param end offset behind it
  record Entry(long term, long index, int end) {}

  /// The entry at an offset, or null when there is no intact one.
  @org.jspecify.annotations.Nullable
  Entry entryAt(int offset) {
    Extent extent = extentAt(offset);
    if (extent == null || extent.end() > bytes.length) {
      return null;
    }
    int body = extent.body();
    int crcAt = (int) extent.end() - CRC_BYTES;
    if (crc(offset, crcAt) != storedCrc(crcAt)) {
      return null;
    }
    try {
      LogEntryProto entry =
          LogEntryProto.parseFrom(CodedInputStream.newInstance(bytes, body, crcAt - body));
      return new Entry(entry.getTerm(), entry.getIndex(), (int) extent.end());
    } catch (InvalidProtocolBufferException e) {
      return null;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// Where an entry would lie if the length in front of it is right.
  private record Extent(int body, long end) {}

  private @org.jspecify.annotations.Nullable Extent extentAt(int offset) {
    long length = 0;
    for (int i = 0; i < VARINT_MAX_BYTES && offset + i < bytes.length; i++) {
      length |= (long) (bytes[offset + i] & 0x7f) << (7 * i);
      if (bytes[offset + i] >= 0) {
        int body = offset + i + 1;
        return length == 0 ? null : new Extent(body, body + length + CRC_BYTES);
      }
    }
    return null;
  }

  private int crc(int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  private int storedCrc(int at) {
    return ((bytes[at] & 0xff) << 24)
        | ((bytes[at + 1] & 0xff) << 16)
        | ((bytes[at + 2] & 0xff) << 8)
        | (bytes[at + 3] & 0xff);
  }

  /// The first intact entry behind `offset` whose index is greater than `index`.
  OptionalLong intactBehind(int offset, long index) {
    for (int at = offset + 1; at < bytes.length - CRC_BYTES; at++) {
      Extent extent = bytes[at] == 0 ? null : extentAt(at);
      if (extent != null
          && extent.end() <= bytes.length
          && extent.body() < bytes.length
          && bytes[extent.body()] == TERM_TAG) {
        Entry entry = entryAt(at);
        if (entry != null && entry.index() > index) {
          return OptionalLong.of(entry.index());
        }
      }
    }
    return OptionalLong.empty();
  }

  /// Whether the broken bytes from `offset` on look like a write that was cut short: a sector that
  /// they should fill has its old zeros still, or the file ends inside them. Bytes that are all
  /// there and don't fit their checksum were written whole and damaged afterwards. (An entry that
  /// holds a whole sector of zeros and is damaged looks torn too; sealed bytes have none.)
  boolean tornAt(int offset) {
    int lastWritten = bytes.length;
    while (lastWritten > offset && bytes[lastWritten - 1] == 0) {
      lastWritten--;
    }
    if (lengthDamaged(offset, lastWritten)) {
      return false;
    }
    if (bytes[offset] == 0) {
      return true;
    }
    Extent extent = extentAt(offset);
    if (extent == null) {
      // Not even a length: nothing but a stray byte, or the beginning of one.
      return lastWritten - offset <= VARINT_MAX_BYTES;
    }
    if (extent.end() > bytes.length) {
      return true;
    }
    for (long sector = offset / SECTOR_BYTES; sector * SECTOR_BYTES < extent.end(); sector++) {
      int from = (int) Math.max(offset, sector * SECTOR_BYTES);
      int to = (int) Math.min(extent.end(), (sector + 1) * SECTOR_BYTES);
      if (zeros(from, to)) {
        return true;
      }
    }
    return false;
  }

  private boolean zeros(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /// Whether the entry is whole but for its length: with the length that fits the bytes that are
  /// there its checksum fits too. (The checksum covers the length; its last bytes may be zeros.)
  private boolean lengthDamaged(int offset, int lastWritten) {
    for (int end = lastWritten; end <= Math.min(bytes.length, lastWritten + CRC_BYTES); end++) {
      for (int varint = 1; varint <= VARINT_MAX_BYTES; varint++) {
        int length = end - CRC_BYTES - offset - varint;
        if (length > 0 && varintSize(length) == varint) {
          CRC32C crc = new CRC32C();
          crc.update(varint(length, varint));
          crc.update(bytes, offset + varint, length);
          if ((int) crc.getValue() == storedCrc(end - CRC_BYTES)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static int varintSize(int value) {
    return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
  }

  private static byte[] varint(int value, int size) {
    byte[] varint = new byte[size];
    for (int i = 0; i < size; i++) {
      varint[i] = (byte) (((value >>> (7 * i)) & 0x7f) | (i < size - 1 ? 0x80 : 0));
    }
    return varint;
  }

  byte[] front(int length) {
    return Arrays.copyOf(bytes, length);
  }
}
