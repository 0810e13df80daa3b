package dev.millrace.volumes;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.wire.ChunkInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads and lists the chunks of a volume, while they are stored, moved and deleted.
final class VolumeReader {
  private final DiskVolume volume;

  /// The order of the last listing, sorted when it began; guarded by the volume's lock.
  private long @Nullable [] listing;

  VolumeReader(DiskVolume volume) {
    this.volume = volume;
  }

  int read(ChunkId chunk, int firstFrame, int frameCount, byte[] target) {
    return reading(
        chunk,
        (segment, at) -> {
          int frames = at.shape().frameCount();
          if (firstFrame < 0 || frameCount < 1 || firstFrame > frames - frameCount) {
            throw new MillraceException(
                ErrorCode.INVALID_RANGE,
                "chunk %s: frames %d to %d: it has %d: ask for those"
                    .formatted(chunk, firstFrame, firstFrame + frameCount - 1L, frames));
          }
          return volume
              .context
              .records()
              .readFrames(segment, chunk, at, firstFrame, frameCount, target);
        });
  }

  Optional<ChunkInfo> stat(ChunkId chunk) {
    if (!volume.contains(chunk)) {
      return Optional.empty();
    }
    return Optional.of(
        reading(
            chunk,
            (segment, at) ->
                new ChunkInfo(
                    chunk,
                    at.shape().plainBytes(),
                    volume.context.records().readRecovery(segment, chunk, at))));
  }

  @FunctionalInterface
  interface Reading<T> {
    T from(Segment segment, Location at) throws IOException, DamagedRecord;
  }

  /// Reads a record. It may be deleted or moved meanwhile: then what failed is no failure.
  private <T> T reading(ChunkId chunk, Reading<T> reading) {
    while (true) {
      Location at = find(chunk);
      Segment segment = volume.segmentOf(at);
      if (segment == null) {
        continue; // a compaction has just moved it
      }
      try {
        return reading.from(segment, at);
      } catch (IOException e) {
        if (at.equals(volume.locate(chunk))) {
          volume.checkOpen();
          throw new MillraceException(
              ErrorCode.IO_ERROR,
              "read "
                  + segment.path
                  + ": "
                  + IoFailure.text(e)
                  + ": read another copy; look at the disk (dmesg, smartctl)",
              e);
        }
      } catch (DamagedRecord e) {
        if (at.equals(volume.locate(chunk))) {
          Damage damage = volume.damaged(chunk, segment, e);
          throw new MillraceException(
              ErrorCode.CORRUPT_DATA,
              damage.describe() + ": read another copy; a scrub repairs it where there is one",
              e);
        }
      }
    }
  }

  private Location find(ChunkId chunk) {
    volume.checkOpen();
    Location at = volume.locate(chunk);
    if (at == null) {
      throw new MillraceException(
          ErrorCode.NO_SUCH_KEY, "chunk " + chunk + ": not on this disk: look on another node");
    }
    return at;
  }

  /// A page of the listing. The order is sorted once, when a listing begins.
  List<ChunkId> chunks(@Nullable ChunkId after, int limit) {
    Check.that(limit > 0, "page of %d", limit);
    volume.lock.lock();
    try {
      volume.checkOpen();
      long[] sorted = listing;
      if (after == null || sorted == null) {
        sorted = volume.table.sortedLocals();
        listing = sorted;
      }
      int from = after == null ? 0 : indexAfter(sorted, after.local());
      List<ChunkId> page = new ArrayList<>();
      for (int i = from; i < sorted.length && page.size() < limit; i++) {
        if (volume.table.get(sorted[i]) != null) {
          page.add(new ChunkId(volume.id.value(), sorted[i]));
        }
      }
      if (page.size() < limit) {
        listing = null;
      }
      return page;
    } finally {
      volume.lock.unlock();
    }
  }

  private static int indexAfter(long[] sorted, long local) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(sorted[middle], local) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
