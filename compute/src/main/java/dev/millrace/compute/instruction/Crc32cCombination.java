package dev.millrace.compute.instruction;

/// Puts the CRC32Cs of two runs of bytes together, without the bytes.
///
/// A CRC is a polynomial over GF(2) modulo the Castagnoli polynomial (RFC 3720, appendix B.4); runs
/// behind it multiply it by x for each of their bits. Polynomials are held with the lowest power in
/// the highest bit, as the CRC itself is.
final class Crc32cCombination {
  private static final int POLYNOMIAL = 0x82F63B78;
  private static final int ONE = 1 << 31;
  private static final int SHIFT_OF_BYTES = 3; // a byte is 2^3 bits

  /// x to the power of 2^i.
  private static final int[] SQUARES = new int[Long.SIZE + SHIFT_OF_BYTES];

  static {
    SQUARES[0] = ONE >>> 1;
    for (int i = 1; i < SQUARES.length; i++) {
      SQUARES[i] = multiply(SQUARES[i - 1], SQUARES[i - 1]);
    }
  }

  private Crc32cCombination() {}

  /// The CRC32C of a run with `first`, followed by `secondBytes` bytes with `second`.
  static int combine(int first, int second, long secondBytes) {
    int power = ONE;
    int square = SHIFT_OF_BYTES;
    for (long rest = secondBytes; rest != 0; rest >>>= 1, square++) {
      if ((rest & 1) != 0) {
        power = multiply(power, SQUARES[square]);
      }
    }
    return multiply(first, power) ^ second;
  }

  private static int multiply(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int rest = a; rest != 0; rest <<= 1) {
      if (rest < 0) {
        product ^= shifted;
      }
      shifted = (shifted >>> 1) ^ ((shifted & 1) != 0 ? POLYNOMIAL : 0);
    }
    return product;
  }
}
