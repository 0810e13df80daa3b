package dev.millrace.compute.plan;

import dev.millrace.base.Check;

/// How large the pieces of a job should be.
///
/// @param mostBytes of any piece
/// @param firstBytes of the first piece, so that there is something to see at once
/// @param probe whether there are as many such first pieces as slots, to learn what a byte costs
public record PieceSizes(long mostBytes, long firstBytes, boolean probe) {
  public PieceSizes {
    Check.that(firstBytes > 0 && mostBytes > 0, "pieces of %d, first %d", mostBytes, firstBytes);
  }

  /// All pieces alike.
  public static PieceSizes upTo(long mostBytes) {
    return new PieceSizes(mostBytes, mostBytes, false);
  }
}
