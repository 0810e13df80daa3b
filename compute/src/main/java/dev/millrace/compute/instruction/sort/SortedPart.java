package dev.millrace.compute.instruction.sort;

import dev.millrace.base.Check;
import java.util.List;

/// A stretch of sorted lines that a task wrote, and what is known of it. Immutable.
///
/// @param group [#ALONE], or of which merge it is a range: parts of one group, in order, are sorted
///   together
/// @param longestBytes the text of its longest line
/// @param samples in order, the first line first; what is the same in all words that are kept is
///   left out
/// @param last the beginning of the last line; as little as is known when the merge is the last one
record SortedPart(
    int group, long sizeBytes, int longestBytes, List<Sample> samples, LinePrefix last) {
  /// A run by itself.
  static final int ALONE = -1;

  /// How much of a line is kept at most: 224 bytes of text. A line that agrees with the sample
  /// before it in so many words is no sample.
  static final int MOST_WORDS = 32;

  /// A line of the part.
  ///
  /// @param offset of its first byte in the part
  /// @param prefix so much of it that it differs from the line of the sample before
  record Sample(long offset, LinePrefix prefix) {}

  SortedPart {
    Check.that(sizeBytes > 0, "an empty part");
    samples = List.copyOf(samples);
  }

  LinePrefix first() {
    return samples.isEmpty() ? last : samples.getFirst().prefix();
  }

  SortedPart withSamples(List<Sample> others) {
    return new SortedPart(group, sizeBytes, longestBytes, others, last);
  }
}
