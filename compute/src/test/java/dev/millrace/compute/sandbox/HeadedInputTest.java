package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HeadedInputTest {
  /// Gives fewer bytes than were asked for.
  private static InputStream slow(byte[] bytes, SplittableRandom random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, 1 + random.nextInt(700)));
      }
    };
  }

  @Test
  void theReaderGetsEveryByteAndTheHeadIsTheFirstOfThem() throws IOException {
    SplittableRandom random = new SplittableRandom(Seeds.seed("HeadedInputTest"));
    for (int round = 0; round < Seeds.rounds(500); round++) {
      byte[] bytes = new byte[random.nextInt(3 * HeadedInput.HEAD_BYTES)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ('a' + random.nextInt(26));
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      String head = text.substring(0, Math.min(bytes.length, HeadedInput.HEAD_BYTES));
      ByteArrayOutputStream seen = new ByteArrayOutputStream();
      try (HeadedInput input = new HeadedInput(slow(bytes, random))) {
        int looks = random.nextInt(3);
        for (int i = 0; i < looks; i++) {
          byte[] some = new byte[1 + random.nextInt(HeadedInput.HEAD_BYTES)];
          seen.write(some, 0, Math.max(0, input.read(some, 0, some.length)));
          int one = random.nextBoolean() ? input.read() : -1;
          if (one >= 0) {
            seen.write(one);
          }
          assertThat(input.head()).isEqualTo(head);
        }
        input.transferTo(seen);
        assertThat(input.head()).isEqualTo(head);
      }
      assertThat(seen.toString(StandardCharsets.UTF_8)).isEqualTo(text);
    }
  }
}
