package dev.millrace.volumes;

import dev.millrace.wire.volume.Decoded;
import dev.millrace.wire.volume.RecordCodec;
import dev.millrace.wire.volume.RecordHeader;
import dev.millrace.wire.volume.RecordShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the records of a segment file by their headers alone.
///
/// From a header it steps to the end of that record. Where there is none it tries every 512 bytes
/// until there is one again: a writer may have died in the middle of an extent while others wrote
/// behind it. What it passes on the way is a hole (zeros) or a *gap* (anything else).
final class SegmentScan {
  private static final int WINDOW_BYTES = 128 * 1024;

  /// A record; `damage` names what is wrong with its header, if anything is.
  record Found(RecordHeader header, @Nullable String damage) {
    long offset() {
      return header.place().offset();
    }

    long end() {
      return offset() + header.extentBytes();
    }
  }

  /// Bytes that are no record.
  record Gap(long from, long to, String what) {}

  private final Segment segment;
  private final long size;
  private final byte[] window = new byte[WINDOW_BYTES];
  private final List<Found> records = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private long windowStart;
  private int windowBytes;

  SegmentScan(Segment segment, long size) {
    this.segment = segment;
    this.size = size;
  }

  List<Found> records() {
    return records;
  }

  List<Gap> gaps() {
    return gaps;
  }

  /// Scans from `start`, where a record begins or could begin, to the end of the file.
  void run(long start) throws IOException {
    long at = start;
    while (at < size) {
      int index = load(at);
      switch (RecordCodec.decode(window, index, segment.siteAt(at))) {
        case Decoded.Whole<RecordHeader>(RecordHeader header) -> {
          records.add(new Found(header, null));
          at += header.extentBytes();
        }
        case Decoded.Blank<RecordHeader>() -> at += RecordShape.GRANULE_BYTES;
        case Decoded.Damaged<RecordHeader>(String what, RecordHeader corrected) -> {
          if (corrected != null) {
            records.add(new Found(corrected, what));
            at += corrected.extentBytes();
          } else {
            addGap(at, what);
            at += RecordShape.GRANULE_BYTES;
          }
        }
      }
    }
  }

  private void addGap(long at, String what) {
    long to = at + RecordShape.GRANULE_BYTES;
    if (!gaps.isEmpty() && gaps.getLast().to() == at) {
      Gap before = gaps.removeLast();
      gaps.add(new Gap(before.from(), to, before.what()));
    } else {
      gaps.add(new Gap(at, to, what));
    }
  }

  /// Makes sure that the window holds the granule at `at`, filled up with zeros past the file's
  /// end.
  ///
  /// @return its index in the window
  private int load(long at) throws IOException {
    if (at < windowStart || at + RecordShape.GRANULE_BYTES > windowStart + windowBytes) {
      ByteBuffer target = ByteBuffer.wrap(window);
      int got = segment.file.read(target, at);
      Arrays.fill(window, got, WINDOW_BYTES, (byte) 0);
      windowStart = at;
      windowBytes = WINDOW_BYTES;
    }
    return (int) (at - windowStart);
  }
}
