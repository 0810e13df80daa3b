package dev.millrace.compute.plan;

import dev.millrace.base.ByteUnits;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What each program costs, learned from its finished pieces: the time that it takes to start, and
/// the time for a byte, on one slot. Not thread-safe. Remembers the 1,000 programs used last.
///
/// A least-squares line through the sizes and times of pieces, of which each new one makes the
/// earlier ones count a tenth less. Where the sizes are too much alike for a line, all time is
/// taken for bytes.
public final class LearnedCosts {
  private static final double FADE = 0.9;
  private static final int PROGRAMS = 1000;
  private static final long LEAST_SAMPLE_BYTES = 64 * ByteUnits.KIB; // less says nothing
  private static final double PIECE_NANOS = 2e9;
  private static final double FIRST_NANOS = 2e7;
  private static final double SHORT_NANOS = 1e7;

  /// How many times its start a piece takes at least: what is lost to starts is a tenth.
  private static final double STARTS = 10;

  /// How much sizes must differ (their standard deviation by their mean) to tell starts from bytes.
  private static final double LEAST_SPREAD = 0.25;

  /// The part of the mean time for a byte that bytes take at least, whatever the line says.
  private static final double LEAST_SLOPE = 0.05;

  private final Map<String, Samples> byProgram =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Samples> eldest) {
          return size() > PROGRAMS;
        }
      };

  /// Sums over pieces: how many, their bytes and nanoseconds, and the products of these.
  private record Samples(double count, double bytes, double nanos, double square, double product) {
    private static final Samples NONE = new Samples(0, 0, 0, 0, 0);

    Samples with(double size, double time) {
      return new Samples(
          FADE * count + 1,
          FADE * bytes + size,
          FADE * nanos + time,
          FADE * square + size * size,
          FADE * product + size * time);
    }

    Cost cost() {
      double mean = nanos / bytes;
      double variance = square / count - bytes * bytes / (count * count);
      double meanBytes = bytes / count;
      if (variance < LEAST_SPREAD * LEAST_SPREAD * meanBytes * meanBytes) {
        return new Cost(0, mean);
      }
      double slope = (product / count - bytes * nanos / (count * count)) / variance;
      double perByte = Math.clamp(slope, LEAST_SLOPE * mean, mean);
      return new Cost(nanos / count - perByte * meanBytes, perByte);
    }
  }

  /// @param startNanos 0 or more
  private record Cost(double startNanos, double nanosPerByte) {}

  /// Learns from a finished piece.
  ///
  /// @param program with its arguments, as `Program.displayName` gives it
  public void learn(String program, long bytes, long elapsedNanos) {
    if (bytes >= LEAST_SAMPLE_BYTES) {
      Samples before = byProgram.getOrDefault(program, Samples.NONE);
      byProgram.put(program, before.with((double) bytes, (double) Math.max(1, elapsedNanos)));
    }
  }

  /// Pieces of about two seconds, and none so short (10 ms, or ten times its start) that what comes
  /// with a piece matters, but for the first, of 20 ms, so that something of the answer is there at
  /// once; a probe for a program that was not seen.
  public PieceSizes sizes(String program) {
    Samples samples = byProgram.get(program);
    if (samples == null) {
      long least = PieceCutter.LEAST_BYTES;
      return new PieceSizes(1, least, PieceCutter.MOST_BYTES, least, true);
    }
    Cost cost = samples.cost();
    return new PieceSizes(
        bytes(SHORT_NANOS, cost),
        bytes(STARTS * cost.startNanos(), cost),
        bytes(PIECE_NANOS, cost),
        bytes(FIRST_NANOS, cost),
        false);
  }

  /// What is to be expected of a large piece; absent for a program that was not seen.
  public Optional<Estimate.Pace> pace(String program) {
    return Optional.ofNullable(byProgram.get(program))
        .map(samples -> {
          Cost cost = samples.cost();
          double nanos = cost.startNanos() + PieceCutter.MOST_BYTES * cost.nanosPerByte();
          return new Estimate.Pace(PieceCutter.MOST_BYTES, (long) nanos);
        });
  }

  private static long bytes(double nanos, Cost cost) {
    return Math.clamp(
        (long) (nanos / Math.max(cost.nanosPerByte(), 1e-3)),
        PieceCutter.LEAST_BYTES,
        PieceCutter.MOST_BYTES);
  }
}
