package dev.millrace.compute.plan;

import java.util.Arrays;
import java.util.Optional;

/// How long the rest of a job takes: the remaining bytes, divided by the median speed of a slot and
/// by the slots that can work on them.
public final class Estimate {
  /// Pieces whose speed must be known before anything is said.
  private static final int SAMPLES = 3;

  private Estimate() {}

  /// The time that is left, in milliseconds.
  ///
  /// @param remainingBytes not read yet
  /// @param bytesPerSecond of single pieces, finished or running for a second and more
  /// @param pieces of the whole job; when it has fewer than three, so many samples will do
  /// @param usableSlots that can work on the rest at the same time
  /// @return absent while there is no ground for an estimate
  public static Optional<Long> remainingMillis(
      long remainingBytes, double[] bytesPerSecond, int pieces, int usableSlots) {
    if (remainingBytes == 0) {
      return Optional.of(0L);
    }
    double[] sorted = bytesPerSecond.clone();
    Arrays.sort(sorted);
    if (sorted.length < Math.min(SAMPLES, pieces) || usableSlots < 1) {
      return Optional.empty();
    }
    double median = sorted[sorted.length / 2];
    if (median <= 0) {
      return Optional.empty();
    }
    return Optional.of((long) Math.ceil(remainingBytes * 1000.0 / (median * usableSlots)));
  }
}
