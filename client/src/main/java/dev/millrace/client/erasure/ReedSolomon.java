package dev.millrace.client.erasure;

import dev.millrace.base.Check;
import java.util.Arrays;

/// An erasure code (Reed and Solomon, 1960): from k data shards of one length it makes m parity
/// shards, and any k of the k + m give all others back. Systematic: the data shards are the data.
/// It mends what is known to be missing; what is damaged has to be found by other means, and be
/// treated as missing. Immutable and thread-safe.
///
/// Cost: k · m multiplications a byte position; `docs/benchmarks.md` has the rates.
public final class ReedSolomon {
  public static final int MOST_DATA = 16;
  public static final int MOST_PARITY = 4;

  private final int data;
  private final int parity;
  private final CodingMatrix generator;
  private final Coding encoding;

  /// @param data k, from 1 to 16
  /// @param parity m, from 1 to 4
  public ReedSolomon(int data, int parity) {
    Check.that(data >= 1 && data <= MOST_DATA, "%d data shards", data);
    Check.that(parity >= 1 && parity <= MOST_PARITY, "%d parity shards", parity);
    this.data = data;
    this.parity = parity;
    this.generator = CodingMatrix.generator(data, parity);
    int[] parityRows = new int[parity];
    Arrays.setAll(parityRows, row -> data + row);
    this.encoding = Coding.of(generator.select(parityRows));
  }

  /// Makes the parity of a part of the data shards.
  ///
  /// @param data k arrays
  /// @param parity m other arrays, overwritten in the same part
  /// @param offset of the part's first byte in every array
  public void encode(byte[][] data, byte[][] parity, int offset, int length) {
    Check.that(data.length == this.data, "%d data shards, not %d", data.length, this.data);
    Check.that(parity.length == this.parity, "%d parity, not %d", parity.length, this.parity);
    checkPart(data, offset, length);
    checkPart(parity, offset, length);
    encoding.apply(data, parity, offset, length);
  }

  /// Makes missing shards from the others.
  ///
  /// @param shards k + m arrays, the data first; those that are not present are overwritten
  /// @param present which of them hold what they should: at least k
  public void reconstruct(byte[][] shards, boolean[] present, int offset, int length) {
    Check.that(shards.length == data + parity, "%d shards", shards.length);
    Check.that(present.length == shards.length, "%d flags", present.length);
    checkPart(shards, offset, length);
    int[] sources = indices(present, true, data);
    int[] missing = indices(present, false, shards.length);
    Check.that(sources.length == data, "%d shards are not enough for %d", sources.length, data);
    if (missing.length > 0) {
      Coding coding =
          Coding.of(generator.select(missing).times(generator.select(sources).inverse()));
      coding.apply(select(shards, sources), select(shards, missing), offset, length);
    }
  }

  private static int[] indices(boolean[] flags, boolean wanted, int most) {
    int[] indices = new int[flags.length];
    int count = 0;
    for (int i = 0; i < flags.length && count < most; i++) {
      if (flags[i] == wanted) {
        indices[count++] = i;
      }
    }
    return Arrays.copyOf(indices, count);
  }

  private static byte[][] select(byte[][] shards, int[] indices) {
    byte[][] selected = new byte[indices.length][];
    Arrays.setAll(selected, i -> shards[indices[i]]);
    return selected;
  }

  private static void checkPart(byte[][] shards, int offset, int length) {
    for (byte[] shard : shards) {
      Check.that(
          offset >= 0 && length >= 0 && length <= shard.length - offset,
          "bytes %d+%d of a shard of %d",
          offset,
          length,
          shard.length);
    }
  }
}
