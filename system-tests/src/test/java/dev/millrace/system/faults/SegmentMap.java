package dev.millrace.system.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Where the parts of a volume file lie, read from its bytes by the written layout alone.
final class SegmentMap {
  static final List<String> PARTS =
      List.of(
          "segment header", "record header", "recovery", "frame checksums", "frames", "padding");

  private static final int SECTOR_BYTES = 512;
  private static final int SEGMENT_HEADER_BYTES = 4096;
  private static final int RECORD_HEADER_BYTES = 128;
  private static final byte[] MAGIC = "MRRECRD1".getBytes(US_ASCII);
  private static final int CHUNK = 1;

  private SegmentMap() {}

  /// Bytes of one kind.
  record Region(String part, long from, long to) {}

  static List<Region> of(Path segment) throws IOException {
    byte[] bytes = Files.readAllBytes(segment);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Region> regions = new ArrayList<>();
    regions.add(new Region("segment header", 0, 64));
    int at = SEGMENT_HEADER_BYTES;
    while (at + RECORD_HEADER_BYTES <= bytes.length) {
      boolean chunk =
          Arrays.equals(bytes, at, at + MAGIC.length, MAGIC, 0, MAGIC.length)
              && bytes[at + 10] == CHUNK;
      if (!chunk) {
        at += SECTOR_BYTES;
        continue;
      }
      int recovery = at + RECORD_HEADER_BYTES;
      int table = recovery + in.getInt(at + 68);
      int tableEnd = table + 4 * in.getInt(at + 72);
      int data = at + in.getInt(at + 76);
      int dataEnd = data + in.getInt(at + 64);
      int end = at + (int) in.getLong(at + 80);
      regions.add(new Region("record header", at, recovery));
      regions.add(new Region("recovery", recovery, table));
      regions.add(new Region("frame checksums", table, tableEnd));
      regions.add(new Region("frames", data, dataEnd));
      if (dataEnd < end) {
        regions.add(new Region("padding", dataEnd, end));
      }
      at = end;
    }
    return regions;
  }
}
