package dev.millrace.compute.plugin;

import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import java.util.List;
import java.util.Objects;

/// A piece as a plug-in sees it: its own segments, and nothing beyond their ends.
final class GuardedInput implements PieceInput {
  private static final String READ = "it read";

  private final ForeignCall<?> call;
  private final PieceInput input;
  private final List<Segment> segments;
  private final long sizeBytes;

  /// Made by the owner of the call.
  GuardedInput(ForeignCall<?> call, PieceInput input) {
    this.call = call;
    this.input = input;
    this.segments = List.copyOf(input.segments());
    this.sizeBytes = input.sizeBytes();
  }

  @Override
  public List<Segment> segments() {
    return segments;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public int read(Segment segment, long position, byte[] target, int offset, int length) {
    check(segment, position);
    Objects.checkFromIndexSize(offset, length, target.length);
    if (position >= segment.lengthBytes() || length == 0) {
      return 0;
    }
    int[] count = {0};
    call.ask(READ, () -> count[0] = input.read(segment, position, target, offset, length));
    return count[0];
  }

  @Override
  public int readInput(Segment segment, long position, byte[] target, int offset, int length) {
    check(segment, position);
    Objects.checkFromIndexSize(offset, length, target.length);
    int[] count = {0};
    call.ask(READ, () -> count[0] = input.readInput(segment, position, target, offset, length));
    return count[0];
  }

  private void check(Segment segment, long position) {
    if (!isOurs(segment)) {
      throw call.failure(READ + " " + segment + ", which is not of its piece");
    }
    if (position < 0) {
      throw call.failure(READ + " from position " + position + " of a segment");
    }
  }

  private boolean isOurs(Segment segment) {
    int index = segment.input() - segments.getFirst().input(); // inputs of a piece are neighbours
    return index >= 0 && index < segments.size() && segments.get(index).equals(segment);
  }
}
