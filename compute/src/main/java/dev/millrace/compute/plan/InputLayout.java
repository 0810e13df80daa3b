package dev.millrace.compute.plan;

import dev.millrace.base.Check;
import dev.millrace.compute.program.Segment;
import java.util.ArrayList;
import java.util.List;

/// Where each input lies when all are put one behind the other. Immutable.
public final class InputLayout {
  private final long[] starts; // one more than inputs: the last is the end of all
  private final List<String> labels;

  /// @param sizesBytes of each input, 0 or more
  /// @param labels as many
  public InputLayout(List<Long> sizesBytes, List<String> labels) {
    Check.that(sizesBytes.size() == labels.size(), "%d labels", labels.size());
    this.labels = List.copyOf(labels);
    this.starts = new long[sizesBytes.size() + 1];
    for (int i = 0; i < sizesBytes.size(); i++) {
      starts[i + 1] = Math.addExact(starts[i], sizesBytes.get(i));
    }
  }

  public int inputs() {
    return labels.size();
  }

  public String label(int input) {
    return labels.get(input);
  }

  public long start(int input) {
    return starts[input];
  }

  public long sizeBytes(int input) {
    return starts[input + 1] - starts[input];
  }

  public long totalBytes() {
    return starts[labels.size()];
  }

  /// The first input that ends behind `position` or begins at or behind it; the number of inputs
  /// when there is none.
  public int inputAt(long position) {
    int low = 0;
    int high = inputs();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (starts[middle + 1] > position || starts[middle] >= position) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /// What of each input belongs to `piece`. An empty input belongs to the piece that holds the byte
  /// behind it, or to the last one.
  public List<Segment> segments(Piece piece) {
    List<Segment> segments = new ArrayList<>();
    boolean last = piece.end() == totalBytes();
    for (int i = inputAt(piece.offset()); i < inputs(); i++) {
      if (starts[i] >= piece.end() && !(last && sizeBytes(i) == 0)) {
        break;
      }
      long from = Math.max(starts[i], piece.offset());
      long to = Math.min(starts[i + 1], piece.end());
      segments.add(new Segment(i, labels.get(i), from - starts[i], to - from));
    }
    return segments;
  }
}
