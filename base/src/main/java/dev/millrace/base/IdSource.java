package dev.millrace.base;

import java.util.random.RandomGenerator;

/// Where identifiers come from: a clock and a source of randomness. Thread-safe when both are
/// (`SecureRandom` is).
public final class IdSource {
  private static final int RANDOM_BITS_BESIDE_TIME = 16;

  private final Clock clock;
  private final RandomGenerator random;

  public IdSource(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /// An identifier that sorts after those made in earlier milliseconds: 48 bits of milliseconds
  /// since 1970, then 80 random bits (the order of RFC 9562 version 7, without its fixed bits).
  public Id128 timeOrdered() {
    long high = (clock.currentMillis() << RANDOM_BITS_BESIDE_TIME) | (random.nextInt() & 0xffffL);
    return new Id128(high, random.nextLong());
  }

  /// A random 64-bit number.
  public long random64() {
    return random.nextLong();
  }
}
