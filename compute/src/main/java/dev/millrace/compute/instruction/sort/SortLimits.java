package dev.millrace.compute.instruction.sort;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;

/// The bounds of sorting. All but the first must be the same wherever a job's tasks run and
/// whenever its plan is asked, since the plan follows from them.
///
/// @param longestLineBytes of a line's text; a longer one is refused
/// @param stepBytes what is read of a run at once, at least
/// @param mergeBytes of memory that a merging task needs at most
/// @param leastRangeBytes ranges of keys that are merged by one task are not made smaller than this
/// @param mostRangeBytes nor larger, where the keys allow it
/// @param sampleBytes between two samples of a run
record SortLimits(
    int longestLineBytes,
    int stepBytes,
    int mergeBytes,
    long leastRangeBytes,
    long mostRangeBytes,
    long sampleBytes) {
  /// For nodes. A line is as long as the other instructions take it. Two frames a read; ranges
  /// small enough for several tasks a slot, and so large that finding their edges in every run does
  /// not matter. Then 130 runs of usual lines are merged at once.
  static final SortLimits USUAL =
      new SortLimits(
          (int) (8 * ByteUnits.MIB),
          (int) (256 * ByteUnits.KIB),
          (int) (33 * ByteUnits.MIB),
          4 * ByteUnits.MIB,
          64 * ByteUnits.MIB,
          512 * ByteUnits.KIB);

  /// Ranges of a merge, where their size is not at its bounds: a few a slot on a few machines.
  static final int RANGES = 16;

  /// Samples of a run, where it is too short for as many at [#sampleBytes].
  static final int LEAST_SAMPLES = 16;

  SortLimits {
    Check.that(
        2L * runBytes(longestLineBytes) + LineEnds.SPARE_BYTES <= mergeBytes,
        "two runs of the longest lines must fit: %d bytes for lines of %d",
        mergeBytes,
        longestLineBytes);
    Check.that(leastRangeBytes <= mostRangeBytes, "ranges from %d bytes", leastRangeBytes);
  }

  /// Memory that a run takes while it is merged, at least: for a line, the one before it, and a
  /// read.
  int runBytes(int longestBytes) {
    return 2 * (longestBytes + 1) + stepBytes;
  }

  /// Memory for sorting a block with the longest line, of input that has `inputBytes`, at least.
  int leastBlockBytes(long inputBytes) {
    int longest = (int) Math.min(longestLineBytes, inputBytes);
    return longest + 1 + 2 * Entries.BYTES + LineEnds.SPARE_BYTES;
  }

  /// The size of ranges when `totalBytes` are merged.
  long rangeBytes(long totalBytes) {
    return Math.clamp(totalBytes / RANGES, leastRangeBytes, mostRangeBytes);
  }

  /// The distance between samples of a run.
  long sampleBytes(long runBytes) {
    return Math.clamp(runBytes / LEAST_SAMPLES, 1, sampleBytes);
  }
}
