package dev.millrace.compute.plan;

import dev.millrace.model.Remaining;
import java.util.Arrays;
import java.util.Optional;

/// How long the rest of a job takes: the remaining bytes, divided by the median speed of a slot and
/// by the slots that can work on them; with the quartiles of that speed as the range.
public final class Estimate {
  /// Pieces whose speed must be known before anything is said.
  private static final int SAMPLES = 3;

  private Estimate() {}

  /// The time that is left.
  ///
  /// @param remainingBytes not read yet
  /// @param bytesPerSecond of single pieces, finished or running for a second and more
  /// @param pieces of the whole job; when it has fewer than three, so many samples will do
  /// @param usableSlots that can work on the rest at the same time
  /// @return absent while there is no ground for an estimate
  public static Optional<Remaining> remaining(
      long remainingBytes, double[] bytesPerSecond, int pieces, int usableSlots) {
    if (remainingBytes == 0) {
      return Optional.of(new Remaining(0, 0, 0));
    }
    double[] sorted = bytesPerSecond.clone();
    Arrays.sort(sorted);
    if (sorted.length < Math.min(SAMPLES, pieces) || usableSlots < 1) {
      return Optional.empty();
    }
    double slow = sorted[sorted.length / 4];
    double fast = sorted[sorted.length - 1 - sorted.length / 4];
    if (slow <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Remaining(
            millis(remainingBytes, sorted[sorted.length / 2], usableSlots),
            millis(remainingBytes, fast, usableSlots),
            millis(remainingBytes, slow, usableSlots)));
  }

  private static long millis(long bytes, double bytesPerSecond, int slots) {
    return (long) Math.ceil(bytes * 1000.0 / (bytesPerSecond * slots));
  }
}
