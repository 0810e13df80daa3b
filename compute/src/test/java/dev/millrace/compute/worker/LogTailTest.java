package dev.millrace.compute.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LogTailTest {
  private static final int MOST_BYTES = 3 * LogTail.BYTES;

  @Test
  void theLastBytesAreKeptHoweverTheyCome() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("LogTailTest"));
    for (int round = 0; round < Seeds.rounds(200); round++) {
      byte[] said = new byte[random.nextInt(MOST_BYTES)];
      random.nextBytes(said);
      int most = 1 << random.nextInt(18);
      LogTail tail = new LogTail();
      int at = 0;
      while (at < said.length) {
        int length = Math.min(said.length - at, random.nextInt(1, most + 1));
        tail.add(said, at, length);
        at += length;
      }
      assertThat(tail.written()).isEqualTo(said.length);
      assertThat(tail.bytes())
          .isEqualTo(
              Arrays.copyOfRange(said, Math.max(0, said.length - LogTail.BYTES), said.length));
    }
  }
}
