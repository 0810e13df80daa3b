package dev.millrace.compute.instruction.sort;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.instruction.sort.SortedPart.Sample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The state of a sorting task: what it wrote. Big-endian, without gaps:
///
/// ```
/// format (1)  then for each part:
///   group (4)  size (8)  longest line (4)  number of samples (4)
///   for each sample: offset (8)  prefix
///   prefix of the last line
/// prefix: words shared with the prefix before (1)  other words (1)  whether it is all (1)  words (8)
/// ```
final class PartCodec {
  /// The most that a task's state may have.
  static final int MOST_BYTES = (int) ByteUnits.MIB;

  private static final byte FORMAT = 1;
  private static final int PART_BYTES = 20;
  private static final int PREFIX_BYTES = 3;

  private PartCodec() {}

  /// Encodes what a task wrote. Where there are too many samples every second one is left out.
  ///
  /// @throws MillraceException BAD_INPUT for too many parts: a task has so many only when it can't
  ///   be cut
  static Bytes encode(List<SortedPart> parts) {
    List<SortedPart> fitting = parts;
    while (size(fitting) > MOST_BYTES) {
      List<SortedPart> fewer = fitting.stream().map(PartCodec::thinned).toList();
      if (fewer.equals(fitting)) {
        throw new MillraceException(
            ErrorCode.BAD_INPUT,
            "sort: an input that can't be cut into pieces is too large: it makes "
                + parts.size()
                + " sorted runs: divide it, or end its lines with line feeds");
      }
      fitting = fewer;
    }
    ByteBuffer buffer = ByteBuffer.allocate(size(fitting));
    buffer.put(FORMAT);
    for (SortedPart part : fitting) {
      put(buffer, part);
    }
    return Bytes.copyOf(buffer.array());
  }

  private static SortedPart thinned(SortedPart part) {
    List<Sample> fewer = new ArrayList<>();
    for (int i = 0; i < part.samples().size(); i += 2) {
      fewer.add(part.samples().get(i));
    }
    return part.withSamples(fewer);
  }

  private static int size(List<SortedPart> parts) {
    long size = 1;
    for (SortedPart part : parts) {
      size += PART_BYTES;
      LinePrefix before = LinePrefix.NONE;
      for (Sample sample : part.samples()) {
        size += Long.BYTES + size(sample.prefix(), before);
        before = sample.prefix();
      }
      size += size(part.last(), before);
    }
    return (int) Math.min(size, Integer.MAX_VALUE);
  }

  private static int size(LinePrefix prefix, LinePrefix before) {
    return PREFIX_BYTES + Long.BYTES * (prefix.length() - prefix.shared(before));
  }

  private static void put(ByteBuffer buffer, SortedPart part) {
    buffer.putInt(part.group()).putLong(part.sizeBytes()).putInt(part.longestBytes());
    buffer.putInt(part.samples().size());
    LinePrefix before = LinePrefix.NONE;
    for (Sample sample : part.samples()) {
      buffer.putLong(sample.offset());
      put(buffer, sample.prefix(), before);
      before = sample.prefix();
    }
    put(buffer, part.last(), before);
  }

  private static void put(ByteBuffer buffer, LinePrefix prefix, LinePrefix before) {
    int shared = prefix.shared(before);
    buffer.put((byte) shared).put((byte) (prefix.length() - shared));
    buffer.put((byte) (prefix.isWhole() ? 1 : 0));
    for (int i = shared; i < prefix.length(); i++) {
      buffer.putLong(prefix.word(i));
    }
  }

  /// The parts that a task wrote, in order.
  static List<SortedPart> decode(Bytes state) {
    ByteBuffer buffer = ByteBuffer.wrap(state.toArray());
    byte format = buffer.get();
    Check.that(format == FORMAT, "the state of a sorted piece has format %d", format);
    List<SortedPart> parts = new ArrayList<>();
    while (buffer.hasRemaining()) {
      parts.add(part(buffer));
    }
    return parts;
  }

  private static SortedPart part(ByteBuffer buffer) {
    int group = buffer.getInt();
    long size = buffer.getLong();
    int longest = buffer.getInt();
    int count = buffer.getInt();
    List<Sample> samples = new ArrayList<>(count);
    LinePrefix before = LinePrefix.NONE;
    for (int i = 0; i < count; i++) {
      long offset = buffer.getLong();
      before = prefix(buffer, before);
      samples.add(new Sample(offset, before));
    }
    return new SortedPart(group, size, longest, samples, prefix(buffer, before));
  }

  private static LinePrefix prefix(ByteBuffer buffer, LinePrefix before) {
    int shared = buffer.get();
    long[] words = new long[shared + buffer.get()];
    boolean whole = buffer.get() != 0;
    for (int i = 0; i < words.length; i++) {
      words[i] = i < shared ? before.word(i) : buffer.getLong();
    }
    return new LinePrefix(words, whole);
  }
}
