package dev.millrace.wire.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Id128;
import dev.millrace.base.Limits;
import dev.millrace.model.ChunkId;
import dev.millrace.model.DiskId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecordCodecTest {
  private static final RecordHeader.Place PLACE =
      new RecordHeader.Place(0x1122334455667788L, 8192, 4096);
  private static final RecordCodec.Site SITE = new RecordCodec.Site(5, PLACE.segmentNonce(), 8192);
  private static final List<RecordHeader> HEADERS =
      List.of(
          new RecordHeader.Chunk(
              new ChunkId(5, -9), 77, new RecordShape(5_000, 100), 0x1234, PLACE),
          new RecordHeader.Chunk(
              new ChunkId(5, 1), 1, new RecordShape(Limits.CHUNK_BYTES, 0), -1, PLACE),
          new RecordHeader.Tombstone(new ChunkId(5, 3), 77, 2, 4096, PLACE),
          new RecordHeader.Mark(5, PLACE));

  private static byte[] encode(RecordHeader header) {
    return Arrays.copyOf(RecordCodec.encode(header), 512);
  }

  @Test
  void whatIsEncodedIsDecoded() {
    for (RecordHeader header : HEADERS) {
      assertThat(RecordCodec.decode(encode(header), 0, SITE))
          .isEqualTo(new Decoded.Whole<>(header));
    }
    assertThat(RecordCodec.decode(new byte[512], 0, SITE)).isEqualTo(new Decoded.Blank<>());
  }

  @Test
  void theBytesStayAsTheyAre() {
    byte[] bytes = encode(HEADERS.getFirst());
    assertThat(new String(bytes, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("MRRECRD1");
    assertThat(HexFormat.of().formatHex(bytes, 8, 64))
        .isEqualTo(
            "0100"
                + "01"
                + "00"
                + "88130000"
                + "0500000000000000"
                + "f7ffffffffffffff"
                + "4d00000000000000"
                + "8877665544332211"
                + "0020000000000000"
                + "0010000000000000");
  }

  @Test
  void everyFlippedBitIsFoundNamedAndCorrected() {
    for (RecordHeader header : HEADERS) {
      for (int bit = 0; bit < 8 * RecordCodec.HEADER_BYTES; bit++) {
        byte[] bytes = encode(header);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        String field = Field.nameAt(RecordCodec.LAYOUT, bit / 8);
        assertThat(RecordCodec.decode(bytes, 0, SITE))
            .isInstanceOfSatisfying(
                Decoded.Damaged.class,
                damaged -> {
                  assertThat(damaged.what()).startsWith(field + ":");
                  assertThat(damaged.corrected()).isEqualTo(header);
                });
      }
    }
  }

  @Test
  void aRecordCountsOnlyWhereItWasWritten() {
    byte[] bytes = encode(HEADERS.getFirst());
    for (RecordCodec.Site other :
        List.of(
            new RecordCodec.Site(6, SITE.segmentNonce(), 8192),
            new RecordCodec.Site(5, 1, 8192),
            new RecordCodec.Site(5, SITE.segmentNonce(), 8704))) {
      assertThat(RecordCodec.decode(bytes, 0, other))
          .isInstanceOfSatisfying(
              Decoded.Damaged.class, damaged -> assertThat(damaged.corrected()).isNull());
    }
  }

  @Test
  void shapesFollowTheirAlignment() {
    RecordShape small = new RecordShape(5_000, 100);
    assertThat(small.large()).isFalse();
    assertThat(small.dataOffset()).isEqualTo(128 + 100 + 4);
    assertThat(small.extentBytes()).isEqualTo(5_632);
    RecordShape large = new RecordShape(Limits.CHUNK_BYTES, 300);
    assertThat(large.dataOffset()).isEqualTo(4096);
    assertThat(large.extentBytes() % 512).isZero();
  }

  @Test
  void aSegmentHeaderIsHadBackFromItsCopy() {
    SegmentHeader header = new SegmentHeader(5, 2, 99, new DiskId(new Id128(1, 2)));
    byte[] block = header.encode();
    assertThat(SegmentHeader.decode(block)).isEqualTo(new Decoded.Whole<>(header));
    Arrays.fill(block, 0, 512, (byte) 1);
    assertThat(SegmentHeader.decode(block))
        .isInstanceOfSatisfying(
            Decoded.Damaged.class, damaged -> assertThat(damaged.corrected()).isEqualTo(header));
  }
}
