package dev.millrace.system.crash;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.SplittableRandom;

/// The lines that all jobs of the campaign read: the same in every process.
final class JobInput {
  static final String MARK = "MARK";

  private static final int SIZE_BYTES = 10 << 20;
  private static final long SEED = 7;
  private static final byte[] BYTES = make();

  private JobInput() {}

  /// Lines of a few words in hexadecimal; one of them, behind the middle, is [#MARK].
  static byte[] bytes() {
    return BYTES.clone();
  }

  /// The same, without their line feeds.
  static String[] lines() {
    return new String(BYTES, US_ASCII).lines().toArray(String[]::new);
  }

  private static byte[] make() {
    SplittableRandom random = new SplittableRandom(SEED);
    StringBuilder text = new StringBuilder(SIZE_BYTES);
    boolean marked = false;
    while (text.length() < SIZE_BYTES) {
      if (!marked && text.length() > SIZE_BYTES / 2) {
        marked = true;
        text.append(MARK).append('\n');
      }
      for (int words = random.nextInt(1, 4); words > 0; words--) {
        text.append(Long.toHexString(random.nextLong() >>> random.nextInt(50)));
        text.append(words == 1 ? '\n' : ' ');
      }
    }
    return text.toString().getBytes(US_ASCII);
  }
}
