package dev.millrace.compute.worker;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import dev.millrace.client.ContentReader;
import dev.millrace.client.ContentStore;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of stored inputs. An input is opened when it is first read, and only the last one is
/// kept open.
final class StoredPieceInput implements PieceInput {
  /// Reads end at multiples of this, so that they hold whole frames.
  private static final long READ_BYTES = ByteUnits.MIB;

  /// A read that takes longer than this waits for a disk or a network, not for the processor.
  private static final long SLOW_NANOS = 5_000_000;

  private final ContentStore store;
  private final TaskOrder order;
  private final LocalAttempt attempt;
  private List<Segment> segments;
  private int opened = -1;
  private @Nullable ContentReader reader;
  private long read;
  private boolean slow;

  private StoredPieceInput(TaskOrder order, ContentStore store, LocalAttempt attempt) {
    this.order = order;
    this.store = store;
    this.attempt = attempt;
    this.segments = order.segments();
  }

  static StoredPieceInput open(TaskOrder order, ContentStore store, LocalAttempt attempt) {
    StoredPieceInput input = new StoredPieceInput(order, store, attempt);
    boolean lines =
        switch (order.call().split()) {
          case Split.Lines _ -> true;
          case Split.Bytes _, Split.WholeFile _ -> false;
        };
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < order.segments().size(); i++) {
      Segment segment = order.segments().get(i);
      if (lines) {
        segment = LineEdges.move(segment, input.reader(i), attempt);
      }
      segments.add(segment);
    }
    input.segments = List.copyOf(segments);
    return input;
  }

  @Override
  public List<Segment> segments() {
    return segments;
  }

  @Override
  public long sizeBytes() {
    long size = 0;
    for (Segment segment : segments) {
      size += segment.lengthBytes();
    }
    return size;
  }

  @Override
  public int read(Segment segment, long position, byte[] target, int offset, int length) {
    attempt.check();
    int index = segment.input() - segments.getFirst().input(); // inputs of a piece are neighbours
    Check.that(index >= 0 && index < segments.size(), "not a segment of this piece: %s", segment);
    long at = segment.offset() + position;
    long most = Math.min(segment.lengthBytes() - position, READ_BYTES - at % READ_BYTES);
    int n = (int) Math.min(length, most);
    if (n > 0) {
      ContentReader current = reader(index);
      if (slow) {
        attempt.outside(() -> readTimed(current, at, target, offset, n));
      } else {
        readTimed(current, at, target, offset, n);
      }
      read += n;
      attempt.bytesRead(read);
    }
    return n;
  }

  /// Where the last read was slow, the next one probably is.
  private void readTimed(ContentReader from, long at, byte[] target, int offset, int length) {
    long begin = attempt.nanoTime();
    from.read(at, target, offset, length);
    slow = attempt.nanoTime() - begin >= SLOW_NANOS;
  }

  private ContentReader reader(int index) {
    ContentReader current = reader;
    if (current == null || opened != index) {
      current = store.open(order.contents().get(index));
      reader = current;
      opened = index;
    }
    return current;
  }
}
