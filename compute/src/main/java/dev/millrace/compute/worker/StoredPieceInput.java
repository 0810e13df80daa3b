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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A piece of stored inputs. An input is opened when it is first read, and only the last one is
/// kept open.
final class StoredPieceInput implements PieceInput {
  /// Reads end at multiples of this, so that they hold whole frames.
  private static final long READ_BYTES = ByteUnits.MIB;

  /// A read that takes longer than this waits for a disk or a network, not for the processor.
  private static final long SLOW_NANOS = 5_000_000;

  private final ContentStore store;
  private final Work.OnInput work;
  private final LocalAttempt attempt;
  private List<Segment> segments;
  private int opened = -1;
  private @Nullable ContentReader reader;
  private long read;
  private boolean slow;

  private StoredPieceInput(Work.OnInput work, ContentStore store, LocalAttempt attempt) {
    this.work = work;
    this.store = store;
    this.attempt = attempt;
    this.segments = work.segments();
  }

  static StoredPieceInput open(Work.OnInput work, ContentStore store, LocalAttempt attempt) {
    StoredPieceInput input = new StoredPieceInput(work, store, attempt);
    Optional<Edges> edges =
        switch (work.call().split()) {
          case Split.Lines _ -> Optional.of(Edges.ofLines());
          case Split.Records records -> Optional.of(Edges.ofRecords(records.end()));
          case Split.Bytes _, Split.WholeFile _ -> Optional.empty();
        };
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < work.segments().size(); i++) {
      Segment segment = work.segments().get(i);
      if (edges.isPresent()) {
        segment = edges.get().move(segment, input.reader(i), attempt);
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
    int most = (int) Math.min(length, segment.lengthBytes() - position);
    int n = readAt(segment, segment.offset() + position, target, offset, most);
    if (n > 0) {
      read += n;
      attempt.bytesRead(read);
    }
    return n;
  }

  @Override
  public int readInput(Segment segment, long position, byte[] target, int offset, int length) {
    long size = reader(index(segment)).sizeBytes();
    return readAt(
        segment, position, target, offset, (int) Math.min(length, Math.max(0, size - position)));
  }

  private int readAt(Segment segment, long at, byte[] target, int offset, int length) {
    attempt.check();
    int n = (int) Math.min(length, READ_BYTES - at % READ_BYTES);
    if (n > 0) {
      ContentReader current = reader(index(segment));
      if (slow) {
        attempt.outside(() -> readTimed(current, at, target, offset, n));
      } else {
        readTimed(current, at, target, offset, n);
      }
    }
    return n;
  }

  // Inputs of a piece are neighbours.
  private int index(Segment segment) {
    int index = segment.input() - segments.getFirst().input();
    Check.that(index >= 0 && index < segments.size(), "not a segment of this piece: %s", segment);
    return index;
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
      current = store.open(work.contents().of(work.segments().get(index).input()));
      reader = current;
      opened = index;
    }
    return current;
  }
}
