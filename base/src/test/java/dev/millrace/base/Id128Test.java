package dev.millrace.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Id128Test {
  @Test
  void parsesWhatItPrints() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      Id128 id = new Id128(random.nextLong(), random.nextLong());
      assertThat(Id128.parse(id.toString())).isEqualTo(id);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "zz345678901234567890123456789012",
        "+1234567890123456789012345678901",
        "1234567890123456+123456789012345",
        "../../../../../../../etc/passwd"
      })
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> Id128.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("32 hexadecimal digits");
  }

  @Test
  void laterIdsSortBehindEarlierOnes() {
    AtomicLong now = new AtomicLong(1_800_000_000_000L);
    Clock clock =
        new Clock() {
          @Override
          public long currentMillis() {
            return now.get();
          }

          @Override
          public long nanoTime() {
            return 0;
          }
        };
    IdSource ids = new IdSource(clock, new Random(2));
    Id128 earlier = ids.timeOrdered();
    for (int i = 0; i < 1000; i++) {
      now.incrementAndGet();
      Id128 later = ids.timeOrdered();
      assertThat(later).isGreaterThan(earlier);
      assertThat(later.toString()).isGreaterThan(earlier.toString());
      earlier = later;
    }
  }
}
