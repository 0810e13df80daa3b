package dev.millrace.compute.plan;

import dev.millrace.model.Remaining;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// How long the rest of a job takes: the remaining bytes, divided by the median speed of a slot and
/// by the slots that can work on them; with the quartiles of that speed as the range. A piece
/// counts by its bytes: of small ones the first few say more about starting than about speed.
public final class Estimate {
  /// Pieces whose speed must be known before anything is said.
  private static final int SAMPLES = 3;

  private Estimate() {}

  /// What a piece has read, and how long it took.
  public record Pace(long bytes, long nanos) {
    double bytesPerSecond() {
      return bytes * 1e9 / Math.max(1, nanos);
    }
  }

  /// The time that is left.
  ///
  /// @param remainingBytes not read yet
  /// @param paces of single pieces, finished or running for a second and more
  /// @param pieces of the whole job; when it has fewer than three, so many samples will do
  /// @param usableSlots that can work on the rest at the same time
  /// @return absent while there is no ground for an estimate
  public static Optional<Remaining> remaining(
      long remainingBytes, List<Pace> paces, int pieces, int usableSlots) {
    if (remainingBytes == 0) {
      return Optional.of(new Remaining(0, 0, 0));
    }
    if (paces.size() < Math.min(SAMPLES, pieces) || usableSlots < 1) {
      return Optional.empty();
    }
    List<Pace> sorted =
        paces.stream().sorted(Comparator.comparingDouble(Pace::bytesPerSecond)).toList();
    double slow = quantile(sorted, 0.25);
    if (slow <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Remaining(
            millis(remainingBytes, quantile(sorted, 0.5), usableSlots),
            millis(remainingBytes, quantile(sorted, 0.75), usableSlots),
            millis(remainingBytes, slow, usableSlots)));
  }

  /// The speed with which, or slower, this part of all bytes was read.
  private static double quantile(List<Pace> sorted, double part) {
    long left = (long) (part * sorted.stream().mapToLong(Pace::bytes).sum());
    for (Pace pace : sorted) {
      left -= pace.bytes();
      if (left <= 0) {
        return pace.bytesPerSecond();
      }
    }
    return sorted.getLast().bytesPerSecond();
  }

  private static long millis(long bytes, double bytesPerSecond, int slots) {
    return (long) Math.ceil(bytes * 1000.0 / (bytesPerSecond * slots));
  }
}
