package dev.millrace.compute.instruction.sort;

import dev.millrace.model.TaskResult;
import java.util.ArrayList;
import java.util.List;

/// Lines in order, in one or more parts, one behind the other. Immutable.
record SortedRun(List<Place> parts) {
  /// Where a part lies in what a stage wrote.
  ///
  /// @param task that wrote it
  /// @param number of the part in the task's state
  /// @param offset of its first byte in what the task wrote
  record Place(int task, int number, long offset, SortedPart part) {
    /// The same without the samples, which are many, but for the first line.
    Place withoutSamples() {
      List<SortedPart.Sample> samples = part.samples();
      return new Place(
          task, number, offset, part.withSamples(samples.subList(0, Math.min(1, samples.size()))));
    }
  }

  SortedRun {
    parts = List.copyOf(parts);
  }

  long sizeBytes() {
    return parts.stream().mapToLong(place -> place.part().sizeBytes()).sum();
  }

  int longestBytes() {
    return parts.stream().mapToInt(place -> place.part().longestBytes()).max().orElse(0);
  }

  /// The runs that a stage wrote, without samples, in the order of the input. Where one ends before
  /// the next begins both are one run: so input that is sorted is found out.
  ///
  /// @param unique whether of lines that are equal only the first one stays
  static List<SortedRun> of(List<TaskResult> results, boolean unique) {
    List<SortedRun> runs = new ArrayList<>();
    List<Place> current = new ArrayList<>();
    for (Place place : places(results)) {
      if (!current.isEmpty() && !follows(current.getLast().part(), place.part(), unique)) {
        runs.add(new SortedRun(current));
        current.clear();
      }
      current.add(place.withoutSamples());
    }
    if (!current.isEmpty()) {
      runs.add(new SortedRun(current));
    }
    return runs;
  }

  private static boolean follows(SortedPart before, SortedPart part, boolean unique) {
    if (part.group() != SortedPart.ALONE && part.group() == before.group()) {
      return true;
    }
    return before.last().isBefore(part.first())
        || (!unique && before.last().isSameLine(part.first()));
  }

  private static List<Place> places(List<TaskResult> results) {
    List<Place> places = new ArrayList<>();
    for (TaskResult result : results) {
      places.addAll(places(result));
    }
    return places;
  }

  private static List<Place> places(TaskResult result) {
    List<Place> places = new ArrayList<>();
    long offset = 0;
    for (SortedPart part : PartCodec.decode(result.state())) {
      places.add(new Place(result.task(), places.size(), offset, part));
      offset += part.sizeBytes();
    }
    return places;
  }

  /// The same run with its samples.
  SortedRun withSamples(List<TaskResult> results) {
    List<Place> sampled = new ArrayList<>();
    List<Place> ofTask = List.of();
    for (Place place : parts) {
      if (ofTask.isEmpty() || ofTask.getFirst().task() != place.task()) {
        ofTask = places(results.get(place.task()));
      }
      sampled.add(ofTask.get(place.number()));
    }
    return new SortedRun(sampled);
  }
}
