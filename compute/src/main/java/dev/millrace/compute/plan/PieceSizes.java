package dev.millrace.compute.plan;

import dev.millrace.base.Check;

/// How large the pieces of a job should be.
///
/// @param shortBytes what is worth no second piece, unless another slot is there for it
/// @param leastBytes of a piece, as far as there are still some pieces for each slot
/// @param mostBytes of any piece
/// @param firstBytes of the first piece, so that there is something to see at once
/// @param probe whether there are as many small pieces at first as slots, of two sizes, to learn
///   what a start and a byte cost
public record PieceSizes(
    long shortBytes, long leastBytes, long mostBytes, long firstBytes, boolean probe) {
  private static final double ALIKE = 1.5;

  public PieceSizes {
    Check.that(
        shortBytes > 0 && leastBytes > 0 && firstBytes > 0 && mostBytes > 0,
        "pieces of %d, %d to %d, first %d",
        shortBytes,
        leastBytes,
        mostBytes,
        firstBytes);
  }

  /// All pieces alike.
  public static PieceSizes upTo(long mostBytes) {
    return new PieceSizes(1, 1, mostBytes, mostBytes, false);
  }

  /// The same without regard to starts.
  public PieceSizes anyLeast() {
    return new PieceSizes(shortBytes, 1, mostBytes, firstBytes, probe);
  }

  /// The same for the rest of a job, which has begun.
  public PieceSizes behindFirst() {
    return new PieceSizes(shortBytes, leastBytes, mostBytes, mostBytes, false);
  }

  /// Whether pieces cut by the one are about as large as by the other.
  public boolean isLike(PieceSizes other) {
    return alike(leastBytes, other.leastBytes) && alike(mostBytes, other.mostBytes);
  }

  private static boolean alike(long one, long other) {
    return Math.max(one, other) <= ALIKE * Math.min(one, other);
  }
}
