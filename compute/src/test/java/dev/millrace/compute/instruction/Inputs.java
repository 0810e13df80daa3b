package dev.millrace.compute.instruction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Inputs on which programs that cut are wrong first.
public final class Inputs {
  private static final String ALPHABET = "ab \t\n\r\f.é€\u0000\u000b\u007f";

  private Inputs() {}

  public static List<byte[]> awkward() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    return List.of(
        new byte[0],
        "\n".getBytes(UTF_8),
        "x".getBytes(UTF_8),
        "one two\nthree".getBytes(UTF_8), // no final newline
        "one two\r\nthree\r\n\r\n".getBytes(UTF_8),
        ("a".repeat(5000) + " " + "b".repeat(3000) + "\n").getBytes(UTF_8),
        " ".repeat(3000).getBytes(UTF_8),
        new byte[3000],
        all,
        "słowo żółć 字 words \u00a0 end".getBytes(UTF_8),
        "\u0080a\u0080 \u0080 b\u0080\n".getBytes(ISO_8859_1));
  }

  /// 0 to 20,000 bytes: text, binary, or runs of one byte.
  public static byte[] random(SplittableRandom random) {
    int length = random.nextInt(5) == 0 ? random.nextInt(20) : random.nextInt(20_000);
    byte[] bytes = new byte[length];
    switch (random.nextInt(4)) {
      case 0 -> random.nextBytes(bytes);
      case 1 -> {
        for (int at = 0; at < length; ) {
          byte b = (byte) random.nextInt(256);
          for (int run = random.nextInt(1, 600); run > 0 && at < length; run--) {
            bytes[at++] = b;
          }
        }
      }
      default -> {
        byte[] letters = ALPHABET.getBytes(UTF_8);
        for (int i = 0; i < length; i++) {
          bytes[i] = letters[random.nextInt(letters.length)];
        }
      }
    }
    return bytes;
  }

  public static List<byte[]> severalRandom(SplittableRandom random) {
    List<byte[]> inputs = new ArrayList<>();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      inputs.add(random.nextInt(6) == 0 ? new byte[0] : random(random));
    }
    return inputs;
  }
}
