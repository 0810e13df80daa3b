package dev.millrace.compute.instruction.sort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.instruction.sort.SortedPart.Sample;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PartCodecTest {
  private final SplittableRandom random = new SplittableRandom(Seeds.seed("PartCodecTest"));

  private LinePrefix prefix() {
    long[] words = new long[random.nextInt(SortedPart.MOST_WORDS + 1)];
    int same = random.nextInt(words.length + 1);
    for (int i = same; i < words.length; i++) {
      words[i] = random.nextLong();
    }
    return new LinePrefix(words, random.nextBoolean());
  }

  private SortedPart part(int samples) {
    List<Sample> all = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      all.add(new Sample(random.nextLong(1L << 40), prefix()));
    }
    return new SortedPart(
        random.nextInt(-1, 5),
        random.nextLong(1, Long.MAX_VALUE),
        random.nextInt(Integer.MAX_VALUE),
        all,
        prefix());
  }

  @Test
  void givesBackWhatWasPut() {
    for (int round = 0; round < 500; round++) {
      List<SortedPart> parts = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        parts.add(part(random.nextInt(20)));
      }
      List<SortedPart> decoded = PartCodec.decode(PartCodec.encode(parts));
      assertThat(decoded).isEqualTo(parts);
      for (int i = 0; i < parts.size(); i++) {
        assertThat(decoded.get(i).last().isWhole()).isEqualTo(parts.get(i).last().isWhole());
      }
    }
  }

  @Test
  void everySecondSampleGoesWhereThereAreTooMany() {
    SortedPart large = part(30_000);
    SortedPart small = part(1);
    Bytes state = PartCodec.encode(List.of(large, small));
    assertThat(state.length()).isLessThanOrEqualTo(PartCodec.MOST_BYTES);
    List<SortedPart> decoded = PartCodec.decode(state);
    assertThat(decoded.get(1)).isEqualTo(small);
    assertThat(decoded.get(0).samples().size()).isBetween(3_000, 15_000);
    assertThat(decoded.get(0).samples()).isSubsetOf(large.samples());
    assertThat(decoded.get(0).first()).isEqualTo(large.first());
  }

  @Test
  void tooManyRunsAreRefused() {
    SortedPart[] parts = new SortedPart[60_000];
    Arrays.fill(parts, part(2));
    assertThatThrownBy(() -> PartCodec.encode(List.of(parts)))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
        .hasMessageContaining("it makes 60000 sorted runs: divide it");
  }

  @Test
  void aStateOfAnotherFormatIsRefused() {
    assertThatThrownBy(() -> PartCodec.decode(Bytes.copyOf(new byte[] {2})))
        .hasMessageContaining("format 2");
  }
}
