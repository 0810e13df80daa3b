package dev.millrace.client.erasure;

import dev.millrace.base.Check;

/// The field of 256 elements, as polynomials over GF(2) modulo x⁸ + x⁴ + x³ + x² + 1 (0x11d), in
/// which 2 generates all elements but 0. Adding and subtracting are `^`.
///
/// Elements are `int`s from 0 to 255.
final class GaloisField {
  static final int SIZE = 256;
  private static final int MODULUS = 0x11d;
  private static final int ORDER = SIZE - 1;

  /// 2 to the power of the index, twice over, so that a sum of two logarithms needs no modulo.
  private static final int[] POWERS = new int[2 * ORDER];

  private static final int[] LOGARITHMS = new int[SIZE];

  static {
    int power = 1;
    for (int i = 0; i < ORDER; i++) {
      POWERS[i] = power;
      POWERS[i + ORDER] = power;
      LOGARITHMS[power] = i;
      power <<= 1;
      if (power >= SIZE) {
        power ^= MODULUS;
      }
    }
  }

  private GaloisField() {}

  static int multiply(int a, int b) {
    return a == 0 || b == 0 ? 0 : POWERS[LOGARITHMS[a] + LOGARITHMS[b]];
  }

  static int inverse(int a) {
    Check.that(a != 0, "0 has no inverse");
    return POWERS[ORDER - LOGARITHMS[a]];
  }
}
