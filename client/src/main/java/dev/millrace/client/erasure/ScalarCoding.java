package dev.millrace.client.erasure;

/// Byte by byte, with a table of all 256 products for each entry of the matrix.
final class ScalarCoding implements Coding {
  private final byte[][][] products;

  ScalarCoding(CodingMatrix matrix) {
    products = new byte[matrix.rows()][matrix.columns()][GaloisField.SIZE];
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        for (int value = 0; value < GaloisField.SIZE; value++) {
          products[row][column][value] = (byte) GaloisField.multiply(matrix.at(row, column), value);
        }
      }
    }
  }

  @Override
  public void apply(byte[][] inputs, byte[][] outputs, int offset, int length) {
    for (int row = 0; row < products.length; row++) {
      set(products[row][0], inputs[0], outputs[row], offset, length);
      for (int column = 1; column < products[row].length; column++) {
        add(products[row][column], inputs[column], outputs[row], offset, length);
      }
    }
  }

  private static void set(byte[] products, byte[] input, byte[] output, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      output[i] = products[input[i] & 0xff];
    }
  }

  private static void add(byte[] products, byte[] input, byte[] output, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      output[i] ^= products[input[i] & 0xff];
    }
  }
}
