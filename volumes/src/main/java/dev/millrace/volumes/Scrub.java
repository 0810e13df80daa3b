package dev.millrace.volumes;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.wire.SealedChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Re-reads the chunks of a volume in the order in which they lie.
final class Scrub {
  private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

  private final DiskVolume volume;
  private final ScrubPace pace;
  private final ChunkRepair repair;
  private final List<Damage> damaged = new ArrayList<>();
  private byte[] scratch = new byte[0];
  private long chunks;
  private long bytes;
  private long repaired;

  Scrub(DiskVolume volume, ScrubPace pace, ChunkRepair repair) {
    this.volume = volume;
    this.pace = pace;
    this.repair = repair;
  }

  ScrubReport run() {
    volume.maintenance.lock();
    try {
      List<Segment> segments;
      volume.lock.lock();
      try {
        volume.checkOpen();
        segments = List.copyOf(volume.segments().all());
      } finally {
        volume.lock.unlock();
      }
      boolean proceeding = true;
      for (Segment segment : segments) {
        for (DiskVolume.Entry entry : volume.entriesOf(segment)) {
          proceeding = proceeding && check(segment, entry);
        }
      }
      return new ScrubReport(chunks, bytes, damaged, repaired);
    } finally {
      volume.maintenance.unlock();
    }
  }

  private boolean check(Segment segment, DiskVolume.Entry entry) {
    Location at = entry.at();
    int sealedBytes = at.shape().sealedBytes();
    if (scratch.length < sealedBytes) {
      scratch = new byte[sealedBytes];
    }
    chunks++;
    bytes += at.shape().extentBytes();
    try {
      volume
          .context
          .records()
          .readFrames(segment, entry.id(), at, 0, at.shape().frameCount(), scratch);
      volume.sound(entry.id());
    } catch (DamagedRecord e) {
      found(segment, entry, e);
    } catch (IOException e) {
      found(segment, entry, new DamagedRecord("read: " + IoFailure.text(e), at.offset()));
    }
    return pace.proceed(at.shape().extentBytes());
  }

  private void found(Segment segment, DiskVolume.Entry entry, DamagedRecord e) {
    if (!entry.at().equals(volume.locate(entry.id()))) {
      return; // deleted or replaced meanwhile
    }
    Damage damage = volume.damaged(entry.id(), segment, e);
    damaged.add(damage);
    Optional<SealedChunk> copy = repair.repair(damage);
    try {
      if (copy.isPresent()) {
        checkSame(entry, copy.get());
        if (volume.replace(copy.get())) {
          repaired++;
          LOG.info("chunk.repaired chunk={} volume={}", entry.id(), volume.id);
        }
      }
    } catch (MillraceException failed) {
      LOG.warn("repair.failed chunk={} reason=\"{}\"", entry.id(), failed.getMessage());
    }
  }

  private static void checkSame(DiskVolume.Entry entry, SealedChunk copy) {
    if (!copy.id().equals(entry.id()) || copy.plainBytes() != entry.at().shape().plainBytes()) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "repair of chunk "
              + entry.id()
              + ": got chunk "
              + copy.id()
              + " of "
              + copy.plainBytes()
              + " bytes: give a copy of the chunk itself");
    }
  }
}
