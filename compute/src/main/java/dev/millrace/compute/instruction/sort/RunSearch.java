package dev.millrace.compute.instruction.sort;

import dev.millrace.base.Limits;
import dev.millrace.compute.instruction.sort.RunReader.Slice;
import dev.millrace.compute.instruction.sort.SortedPart.Sample;
import dev.millrace.compute.instruction.sort.SortedRun.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds ranges of lines in runs: between two samples by halving, down to a frame, which is read
/// through. Belongs to one task.
final class RunSearch {
  private final RunReader reader;
  private final byte[] memory;
  private final LineOrder order;
  private final int windowBytes;

  /// @param reader over `memory`, with room for the longest line
  /// @param windowBytes what is not halved any more, and read at once; 2 or more
  RunSearch(RunReader reader, byte[] memory, LineOrder order, int windowBytes) {
    this.reader = reader;
    this.memory = memory;
    this.order = order;
    this.windowBytes = windowBytes;
  }

  /// The lines of a run from `low` on and before `high`.
  ///
  /// @param run with its samples
  /// @param low absent for the run's beginning
  /// @param high absent for its end
  List<Slice> range(SortedRun run, Optional<LinePrefix> low, Optional<LinePrefix> high) {
    List<Slice> slices = new ArrayList<>();
    for (Place place : run.parts()) {
      long from = low.map(prefix -> edge(place, prefix)).orElse(0L);
      long to = high.map(prefix -> edge(place, prefix)).orElse(place.part().sizeBytes());
      if (from < to) {
        slices.add(new Slice(place.task(), place.offset() + from, place.offset() + to));
      }
    }
    return slices;
  }

  /// The offset of the part's first line that is not before `prefix`, or its size.
  long edge(Place place, LinePrefix prefix) {
    SortedPart part = place.part();
    if (part.last().isBefore(prefix)) {
      return part.sizeBytes();
    }
    long from = 0; // all lines that begin before are before the prefix
    long edge = part.sizeBytes(); // no line from here on is
    for (Sample sample : part.samples()) {
      if (sample.prefix().isBefore(prefix)) {
        from = sample.offset();
      } else if (sample.prefix().compareTo(prefix) >= 0) {
        edge = sample.offset();
        break;
      }
    }
    long to = edge; // no line begins from here on and before the edge
    while (to - from > windowBytes) {
      long middle = middle(place, from, to);
      reader.begin(List.of(slice(place, middle, part.sizeBytes())), windowBytes);
      reader.next(); // the rest of the line that holds the middle
      if (!reader.next() || offset(place) >= to) {
        to = middle + 1;
      } else if (order.isBefore(memory, reader.start(), prefix)) {
        from = offset(place) + reader.end() - reader.start();
      } else {
        edge = offset(place);
        to = edge;
      }
    }
    return from < to ? edgeInWindow(place, prefix, from, to).orElse(edge) : edge;
  }

  private Optional<Long> edgeInWindow(Place place, LinePrefix prefix, long from, long to) {
    reader.begin(List.of(slice(place, from, place.part().sizeBytes())), windowBytes);
    while (reader.next() && offset(place) < to) {
      if (!order.isBefore(memory, reader.start(), prefix)) {
        return Optional.of(offset(place));
      }
    }
    return Optional.empty();
  }

  private long offset(Place place) {
    return reader.position() - place.offset();
  }

  private static Slice slice(Place place, long from, long to) {
    return new Slice(place.task(), place.offset() + from, place.offset() + to);
  }

  /// At the beginning of a frame, where there is one between.
  private static long middle(Place place, long from, long to) {
    long middle = from + (to - from) / 2;
    long frame = middle - (place.offset() + middle) % Limits.FRAME_BYTES;
    return frame > from ? frame : middle;
  }
}
