package dev.millrace.client.content;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.model.Volume;
import dev.millrace.net.StorageNodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads sealed frames of a chunk from a member that has them good. Thread-safe.
final class ChunkReads {
  private static final Logger LOG = LoggerFactory.getLogger(ChunkReads.class);

  private final VolumeMap map;
  private final StorageNodes nodes;

  ChunkReads(VolumeMap map, StorageNodes nodes) {
    this.map = map;
    this.nodes = nodes;
  }

  /// Takes the frames that a member gave.
  @FunctionalInterface
  interface Taker {
    /// Opens the frames.
    ///
    /// @throws MillraceException CORRUPT_DATA when they are not those that were written
    void take(byte[] sealed);
  }

  /// Frames to read.
  record Run(ChunkId chunk, int firstFrame, int frameCount) {}

  /// Reads a run from one member after the other until `taker` accepts it. Taking may begin again
  /// with another member's frames after it has failed.
  ///
  /// @throws MillraceException CORRUPT_DATA when no member's copy is good, naming each; UNAVAILABLE
  ///   when that may change
  void read(Run run, byte[] sealed, Taker taker) {
    Set<NodeId> tried = new HashSet<>();
    List<MillraceException> failures = new ArrayList<>();
    Volume volume = map.volume(run.chunk().volume());
    if (tryMembers(volume, run, sealed, taker, tried, failures)) {
      return;
    }
    // Repair may have moved the volume since the map was read.
    Volume fresh = map.refresh(run.chunk().volume());
    if (!fresh.members().equals(volume.members())
        && tryMembers(fresh, run, sealed, taker, tried, failures)) {
      return;
    }
    throw noCopy(run, failures);
  }

  private boolean tryMembers(
      Volume volume,
      Run run,
      byte[] sealed,
      Taker taker,
      Set<NodeId> tried,
      List<MillraceException> failures) {
    for (NodeId member : volume.members()) {
      if (!tried.add(member)) {
        continue;
      }
      try {
        nodes.chunks(member).read(run.chunk(), run.firstFrame(), run.frameCount(), sealed);
        taker.take(sealed);
        return true;
      } catch (MillraceException e) {
        if (e.code() == ErrorCode.INTERRUPTED) {
          throw e;
        }
        LOG.warn(
            "copy-bad chunk={} frame={} node={} code={} reason=\"{}\"",
            run.chunk(),
            run.firstFrame(),
            member,
            e.code(),
            e.getMessage());
        failures.add(e);
      }
    }
    return false;
  }

  private static MillraceException noCopy(Run run, List<MillraceException> failures) {
    StringBuilder reasons = new StringBuilder();
    boolean mayChange = failures.isEmpty(); // No node has the volume at the moment.
    for (MillraceException failure : failures) {
      reasons.append(reasons.isEmpty() ? "" : "; ").append(failure.getMessage());
      mayChange |= mayChange(failure.code());
    }
    MillraceException result =
        new MillraceException(
            mayChange ? ErrorCode.UNAVAILABLE : ErrorCode.CORRUPT_DATA,
            "chunk "
                + run.chunk()
                + " of volume "
                + run.chunk().volume()
                + ": no good copy of frames "
                + run.firstFrame()
                + " to "
                + (run.firstFrame() + run.frameCount() - 1)
                + " ("
                + reasons
                + "): "
                + (mayChange
                    ? "try again when its nodes are back"
                    : "restore the file from a backup, and scrub to find what else is damaged"),
            failures.isEmpty() ? null : failures.getFirst());
    failures.stream().skip(1).forEach(result::addSuppressed);
    return result;
  }

  /// Whether a copy that failed so may be good after all. An I/O error is the disk's last word on
  /// these bytes.
  private static boolean mayChange(ErrorCode code) {
    return code.kind() == ErrorCode.Kind.RETRYABLE;
  }
}
