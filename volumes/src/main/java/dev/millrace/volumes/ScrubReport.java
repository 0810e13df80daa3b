package dev.millrace.volumes;

import java.util.List;

/// What a scrub found.
///
/// @param bytes that were read
/// @param damaged each damaged chunk, repaired or not
public record ScrubReport(long chunks, long bytes, List<Damage> damaged, long repaired) {
  public ScrubReport {
    damaged = List.copyOf(damaged);
  }
}
