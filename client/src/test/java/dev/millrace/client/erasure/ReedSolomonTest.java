package dev.millrace.client.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReedSolomonTest {
  /// Two vectors of 64 bytes and a tail, not at the beginning.
  private static final int OFFSET = 3;

  private static final int LENGTH = 2 * 64 + 13;
  private static final int SHARD_BYTES = OFFSET + LENGTH + 5;

  private final SplittableRandom random = new SplittableRandom(Seeds.seed("ReedSolomonTest"));

  private byte[][] shards(int count) {
    byte[][] shards = new byte[count][SHARD_BYTES];
    for (byte[] shard : shards) {
      random.nextBytes(shard);
    }
    return shards;
  }

  private static byte[][] copy(byte[][] shards) {
    return Arrays.stream(shards).map(byte[]::clone).toArray(byte[][]::new);
  }

  private static byte[][] encode(ReedSolomon code, byte[][] shards, int data) {
    byte[][] all = copy(shards);
    code.encode(
        Arrays.copyOf(all, data), Arrays.copyOfRange(all, data, all.length), OFFSET, LENGTH);
    return all;
  }

  /// For all k and m: whichever m shards are lost, and however few, all come back.
  @Test
  void everySetOfLossesIsMended() {
    for (int data = 1; data <= ReedSolomon.MOST_DATA; data++) {
      for (int parity = 1; parity <= ReedSolomon.MOST_PARITY; parity++) {
        ReedSolomon code = new ReedSolomon(data, parity);
        byte[][] whole = encode(code, shards(data + parity), data);
        for (int lost = 0; lost < 1 << (data + parity); lost++) {
          if (Integer.bitCount(lost) <= parity) {
            mend(code, whole, lost);
          }
        }
      }
    }
  }

  private void mend(ReedSolomon code, byte[][] whole, int lost) {
    byte[][] shards = copy(whole);
    boolean[] present = new boolean[whole.length];
    for (int i = 0; i < whole.length; i++) {
      present[i] = (lost >> i & 1) == 0;
      if (!present[i]) {
        Arrays.fill(shards[i], OFFSET, OFFSET + LENGTH, (byte) 0x55);
      }
    }
    code.reconstruct(shards, present, OFFSET, LENGTH);
    if (!Arrays.deepEquals(shards, whole)) {
      throw new AssertionError(
          "lost " + Integer.toBinaryString(lost) + " of " + whole.length + " shards");
    }
  }

  /// Multiplies as one does on paper, bit by bit.
  private static int multiply(int a, int b) {
    int product = 0;
    for (int bit = 7; bit >= 0; bit--) {
      product <<= 1;
      if (product > 255) {
        product ^= 0x11d;
      }
      if ((b >> bit & 1) == 1) {
        product ^= a;
      }
    }
    return product;
  }

  @Test
  void multipliesAsOnPaper() {
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        assertThat(GaloisField.multiply(a, b)).isEqualTo(multiply(a, b));
      }
      if (a > 0) {
        assertThat(multiply(a, GaloisField.inverse(a))).isOne();
      }
    }
  }

  /// The parity is what the definition says, for both ways to make it and at every length.
  @Test
  void parityIsTheSumOfProducts() {
    for (int round = 0; round < Seeds.rounds(300); round++) {
      int data = random.nextInt(1, ReedSolomon.MOST_DATA + 1);
      int parity = random.nextInt(1, ReedSolomon.MOST_PARITY + 1);
      int length = random.nextInt(SHARD_BYTES - OFFSET + 1);
      CodingMatrix generator = CodingMatrix.generator(data, parity);
      int[] rows = new int[parity];
      Arrays.setAll(rows, i -> data + i);
      CodingMatrix matrix = generator.select(rows);
      byte[][] inputs = shards(data);
      byte[][] before = shards(parity);
      byte[][] expected = copy(before);
      for (int row = 0; row < parity; row++) {
        for (int i = OFFSET; i < OFFSET + length; i++) {
          int sum = 0;
          for (int column = 0; column < data; column++) {
            sum ^= multiply(matrix.at(row, column), inputs[column][i] & 0xff);
          }
          expected[row][i] = (byte) sum;
        }
      }
      byte[][] scalar = copy(before);
      new ScalarCoding(matrix).apply(inputs, scalar, OFFSET, length);
      assertThat(Arrays.deepEquals(scalar, expected)).as("scalar").isTrue();
      byte[][] vector = copy(before);
      new VectorCoding(matrix).apply(inputs, vector, OFFSET, length);
      assertThat(Arrays.deepEquals(vector, expected)).as("vector").isTrue();
    }
  }

  /// Shards that are on disks have to be read for ever: this parity of 4 + 2 must not change.
  @Test
  void theCodeIsWhatItWas() {
    byte[][] shards = {
      {1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}, {0, 0, 0, 0}, {0, 0, 0, 0}
    };
    new ReedSolomon(4, 2).encode(Arrays.copyOf(shards, 4), Arrays.copyOfRange(shards, 4, 6), 0, 4);
    // The inverses of 4, 5, 6, 7 and of 5, 4, 7, 6.
    assertThat(shards[4]).containsExactly(0x47, 0xa7, 0x7a, 0xba);
    assertThat(shards[5]).containsExactly(0xa7, 0x47, 0xba, 0x7a);
  }

  @Test
  void tooFewShardsAndWrongPartsAreRefused() {
    ReedSolomon code = new ReedSolomon(3, 2);
    byte[][] shards = shards(5);
    boolean[] present = {true, false, true, false, false};
    assertThatThrownBy(() -> code.reconstruct(shards, present, 0, 1))
        .hasMessageContaining("2 shards are not enough for 3");
    assertThatThrownBy(() ->
            code.encode(Arrays.copyOf(shards, 3), Arrays.copyOfRange(shards, 3, 5), 1, SHARD_BYTES))
        .hasMessageContaining("of a shard of " + SHARD_BYTES);
    assertThatThrownBy(() -> new ReedSolomon(17, 2)).hasMessageContaining("17 data shards");
    assertThatThrownBy(() -> new ReedSolomon(4, 0)).hasMessageContaining("0 parity shards");
  }
}
