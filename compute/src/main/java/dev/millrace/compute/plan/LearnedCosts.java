package dev.millrace.compute.plan;

import dev.millrace.base.ByteUnits;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/// What a byte costs each program, learned from its finished pieces: an exponentially weighted mean
/// of nanoseconds per byte on one slot. Not thread-safe. Remembers the 1,000 programs used last.
public final class LearnedCosts {
  private static final double WEIGHT = 0.2;
  private static final int PROGRAMS = 1000;
  private static final long LEAST_SAMPLE_BYTES = 64 * ByteUnits.KIB; // less says nothing
  private static final double PIECE_NANOS = 2e9;
  private static final double FIRST_NANOS = 1e8;

  private final Map<String, Double> nanosPerByte =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Double> eldest) {
          return size() > PROGRAMS;
        }
      };

  /// Learns from a finished piece.
  ///
  /// @param program with its arguments, as `Program.displayName` gives it
  public void learn(String program, long bytes, long elapsedNanos) {
    if (bytes >= LEAST_SAMPLE_BYTES) {
      double cost = (double) elapsedNanos / bytes;
      nanosPerByte.merge(program, cost, (old, now) -> old + WEIGHT * (now - old));
    }
  }

  /// Absent for a program that was not seen.
  public OptionalDouble nanosPerByte(String program) {
    Double cost = nanosPerByte.get(program);
    return cost == null ? OptionalDouble.empty() : OptionalDouble.of(cost);
  }

  /// Pieces of about two seconds, the first one of a tenth; a probe for a program that was not
  /// seen.
  public PieceSizes sizes(String program) {
    OptionalDouble cost = nanosPerByte(program);
    return cost.isEmpty()
        ? new PieceSizes(PieceCutter.MOST_BYTES, PieceCutter.LEAST_BYTES, true)
        : new PieceSizes(
            bytes(PIECE_NANOS, cost.getAsDouble()), bytes(FIRST_NANOS, cost.getAsDouble()), false);
  }

  private static long bytes(double nanos, double nanosPerByte) {
    return Math.clamp(
        (long) (nanos / Math.max(nanosPerByte, 1e-3)),
        PieceCutter.LEAST_BYTES,
        PieceCutter.MOST_BYTES);
  }
}
