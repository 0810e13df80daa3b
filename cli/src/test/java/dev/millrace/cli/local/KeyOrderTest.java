package dev.millrace.cli.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Clock;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyOrderTest {
  private static final int ROUNDS = 20_000;
  private static final int[] CODE_POINTS = {
    'a', 'b', '/', '-', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600, 0x10ffff
  };

  @Test
  void isTheOrderOfUtf8Bytes() {
    long seed = Long.getLong("millrace.seed", Clock.system().nanoTime());
    System.out.println("KeyOrderTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      String left = text(random);
      String right = text(random);
      int expected = Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));
      assertThat(Integer.signum(KeyOrder.compare(left, right)))
          .as("'%s' and '%s'", left, right)
          .isEqualTo(Integer.signum(expected));
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(5); length > 0; length--) {
      text.appendCodePoint(CODE_POINTS[random.nextInt(CODE_POINTS.length)]);
    }
    return text.toString();
  }
}
