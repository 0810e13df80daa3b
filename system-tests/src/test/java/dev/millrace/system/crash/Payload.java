package dev.millrace.system.crash;

import java.util.SplittableRandom;

/// Bytes that a key alone determines, so that a reader can tell whether what it got is whole.
///
/// @param seed of the bytes
/// @param sizeBytes how many
record Payload(long seed, int sizeBytes) {
  private static final int LARGEST_BYTES = 20 << 20;

  /// A payload of any kind of size: empty, inline, one frame, one chunk, several chunks.
  static Payload random(SplittableRandom random) {
    int kind = random.nextInt(100);
    int sizeBytes =
        kind < 5
            ? 0
            : kind < 45
                ? random.nextInt(1, 4097)
                : kind < 75
                    ? random.nextInt(4097, 200_000)
                    : kind < 97 ? random.nextInt(200_000, 3 << 20) : random.nextInt(LARGEST_BYTES);
    return new Payload(random.nextLong(), sizeBytes);
  }

  /// The key that determines this payload.
  String key(int writer, int number) {
    return "w" + writer + "/" + number + "-" + Long.toHexString(seed) + "-" + sizeBytes;
  }

  /// The payload that belongs to a key.
  static Payload ofKey(String key) {
    String[] parts = key.split("-", -1);
    return new Payload(Long.parseUnsignedLong(parts[1], 16), Integer.parseInt(parts[2]));
  }

  byte[] bytes() {
    byte[] bytes = new byte[sizeBytes];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }
}
