package dev.millrace.client.erasure;

import dev.millrace.base.Check;

/// A matrix over [GaloisField]. Immutable.
///
/// The generator of a code with k data and m parity shards is the identity above a Cauchy matrix
/// (Blömer et al., *An XOR-Based Erasure-Resilient Coding Scheme*, 1995): each of its entries is
/// the inverse of x + y for different x and y, and so each of its square parts can be inverted.
/// Hence any k rows of the generator can be inverted, which is to say that any k shards give the
/// data back. (A Vandermonde matrix does not promise that for every k and m.)
final class CodingMatrix {
  private final int[][] rows;

  private CodingMatrix(int[][] rows) {
    this.rows = rows;
  }

  static CodingMatrix generator(int data, int parity) {
    int[][] rows = new int[data + parity][data];
    for (int row = 0; row < data; row++) {
      rows[row][row] = 1;
    }
    for (int row = data; row < data + parity; row++) {
      for (int column = 0; column < data; column++) {
        rows[row][column] = GaloisField.inverse(row ^ column);
      }
    }
    return new CodingMatrix(rows);
  }

  int rows() {
    return rows.length;
  }

  int columns() {
    return rows[0].length;
  }

  int at(int row, int column) {
    return rows[row][column];
  }

  /// These rows, in this order.
  CodingMatrix select(int[] indices) {
    int[][] selected = new int[indices.length][];
    for (int i = 0; i < indices.length; i++) {
      selected[i] = rows[indices[i]];
    }
    return new CodingMatrix(selected);
  }

  CodingMatrix times(CodingMatrix right) {
    Check.that(columns() == right.rows(), "%d columns by %d rows", columns(), right.rows());
    int[][] product = new int[rows()][right.columns()];
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < right.columns(); j++) {
        int sum = 0;
        for (int k = 0; k < columns(); k++) {
          sum ^= GaloisField.multiply(rows[i][k], right.rows[k][j]);
        }
        product[i][j] = sum;
      }
    }
    return new CodingMatrix(product);
  }

  /// The inverse of a square matrix that has one, by Gauss-Jordan elimination.
  CodingMatrix inverse() {
    int size = rows();
    Check.that(size == columns(), "%d rows by %d columns", size, columns());
    int[][] left = new int[size][];
    int[][] right = new int[size][size];
    for (int i = 0; i < size; i++) {
      left[i] = rows[i].clone();
      right[i][i] = 1;
    }
    for (int column = 0; column < size; column++) {
      bringPivot(left, right, column);
      int scale = GaloisField.inverse(left[column][column]);
      multiply(left[column], scale);
      multiply(right[column], scale);
      for (int row = 0; row < size; row++) {
        int factor = left[row][column];
        if (row != column && factor != 0) {
          addMultiple(left[row], left[column], factor);
          addMultiple(right[row], right[column], factor);
        }
      }
    }
    return new CodingMatrix(right);
  }

  private static void bringPivot(int[][] left, int[][] right, int column) {
    int pivot = column;
    while (pivot < left.length && left[pivot][column] == 0) {
      pivot++;
    }
    Check.that(pivot < left.length, "a matrix without an inverse");
    swap(left, pivot, column);
    swap(right, pivot, column);
  }

  private static void swap(int[][] rows, int a, int b) {
    int[] row = rows[a];
    rows[a] = rows[b];
    rows[b] = row;
  }

  private static void multiply(int[] row, int factor) {
    for (int i = 0; i < row.length; i++) {
      row[i] = GaloisField.multiply(row[i], factor);
    }
  }

  private static void addMultiple(int[] row, int[] other, int factor) {
    for (int i = 0; i < row.length; i++) {
      row[i] ^= GaloisField.multiply(other[i], factor);
    }
  }
}
