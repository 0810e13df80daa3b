package dev.millrace.compute.instruction.sort;

import dev.millrace.compute.instruction.sort.SortedPart.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Divides the lines of several runs into ranges of about the same size, by regular sampling (Shi
/// and Schaeffer 1992). Pure.
///
/// Each sample stands for the bytes from it to the next one. A range is wrong by at most that much
/// for each run. Lines whose words agree are never divided, so a range can be larger than wanted.
final class Splitters {
  /// @param bytes from this sample to the next one of its run
  private record Weight(LinePrefix prefix, long bytes) {}

  private Splitters() {}

  /// Where ranges begin, but for the first: a line belongs to the range behind the last splitter
  /// that it is not before.
  ///
  /// @param runs with their samples
  /// @param rangeBytes the size of a range
  static List<LinePrefix> choose(List<SortedRun> runs, long rangeBytes) {
    List<Weight> weights = new ArrayList<>();
    long left = 0;
    for (SortedRun run : runs) {
      for (SortedRun.Place place : run.parts()) {
        addWeights(place.part(), weights);
        left += place.part().sizeBytes();
      }
    }
    weights.sort(Comparator.comparing(Weight::prefix));
    List<LinePrefix> splitters = new ArrayList<>();
    LinePrefix before = LinePrefix.NONE;
    long range = 0;
    for (Weight weight : weights) {
      boolean another = weight.prefix().compareTo(before) != 0;
      if (another && range >= rangeBytes && left > rangeBytes / 2) {
        splitters.add(weight.prefix());
        range = 0;
      }
      before = weight.prefix();
      range += weight.bytes();
      left -= weight.bytes();
    }
    return splitters;
  }

  private static void addWeights(SortedPart part, List<Weight> weights) {
    List<Sample> samples = part.samples();
    for (int i = 0; i < samples.size(); i++) {
      long end = i + 1 < samples.size() ? samples.get(i + 1).offset() : part.sizeBytes();
      weights.add(new Weight(samples.get(i).prefix(), end - samples.get(i).offset()));
    }
  }
}
