package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.MillraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ManifestTest {
  @Test
  void slicesCoverExactlyTheRangeInOrder() {
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      List<Extent> extents = new ArrayList<>();
      for (int i = 0; i < random.nextInt(6); i++) {
        extents.add(new Extent(new ChunkId(1, i), 1 + random.nextInt(50)));
      }
      Manifest manifest = new Manifest(extents);
      long size = manifest.sizeBytes();
      long offset = random.nextLong(size + 2);
      long length = random.nextLong(size + 2);
      List<Long> positions = new ArrayList<>();
      for (Manifest.Slice slice : manifest.slices(offset, length)) {
        long start = 0;
        for (Extent extent : extents.subList(0, (int) slice.extent().chunk().local())) {
          start += extent.lengthBytes();
        }
        for (int i = 0; i < slice.length(); i++) {
          positions.add(start + slice.offset() + i);
        }
      }
      List<Long> expected = new ArrayList<>();
      for (long p = offset; p < Math.min(size, offset + length); p++) {
        expected.add(p);
      }
      assertThat(positions).isEqualTo(expected);
    }
  }

  @Test
  void rangesResolveAsInRfc9110() {
    assertThat(new ByteRange.Between(2, 4).resolve(10)).isEqualTo(new ByteRange.Resolved(2, 3));
    assertThat(new ByteRange.Between(2, 99).resolve(10)).isEqualTo(new ByteRange.Resolved(2, 8));
    assertThat(new ByteRange.From(9).resolve(10)).isEqualTo(new ByteRange.Resolved(9, 1));
    assertThat(new ByteRange.Suffix(3).resolve(10)).isEqualTo(new ByteRange.Resolved(7, 3));
    assertThat(new ByteRange.Suffix(30).resolve(10)).isEqualTo(new ByteRange.Resolved(0, 10));
    assertThat(ByteRange.whole().resolve(0)).isEqualTo(new ByteRange.Resolved(0, 0));
    assertThat(new ByteRange.Between(0, Long.MAX_VALUE).resolve(10))
        .isEqualTo(new ByteRange.Resolved(0, 10));
    assertThatThrownBy(() -> new ByteRange.From(10).resolve(10))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("10 bytes");
  }
}
