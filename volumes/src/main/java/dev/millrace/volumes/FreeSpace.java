package dev.millrace.volumes;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Path;

/// Keeps ordinary appends out of a disk's head-room. Asks the file system rarely while there is
/// plenty, and each time when space is short: so space that came back is seen at once.
final class FreeSpace {
  private static final long PLENTY_BYTES = 256 * ByteUnits.MIB;
  private static final long MAX_AGE_NANOS = 100_000_000;

  private final DiskIo io;
  private final Path folder;
  private final StoreOptions options;
  private final Clock clock;
  private long remainingBytes;

  /// Claimed by appends under way: the file system may not know of them yet.
  private long claimedBytes;

  private long sampledNanos;

  FreeSpace(DiskIo io, Path folder, StoreOptions options, Clock clock) {
    this.io = io;
    this.folder = folder;
    this.options = options;
    this.clock = clock;
  }

  /// Makes sure that `bytes` more can be written beside the head-room, and keeps them for the
  /// caller, who gives them back by [#release] when they are written or given up.
  ///
  /// @throws MillraceException DISK_FULL when they can't
  synchronized void claim(long bytes) {
    remainingBytes -= bytes;
    if (remainingBytes < PLENTY_BYTES || clock.nanoTime() - sampledNanos > MAX_AGE_NANOS) {
      DiskIo.Space space = sample();
      sampledNanos = clock.nanoTime();
      remainingBytes =
          space.usableBytes() - options.headRoomOf(space.capacityBytes()) - claimedBytes - bytes;
      if (remainingBytes < 0) {
        throw new MillraceException(
            ErrorCode.DISK_FULL,
            "disk "
                + folder
                + ": full: "
                + ByteUnits.format(space.usableBytes())
                + " free, of which "
                + ByteUnits.format(options.headRoomOf(space.capacityBytes()))
                + " are kept as head-room: free space on this disk, or add another");
      }
    }
    claimedBytes += bytes;
  }

  /// Ends a claim.
  synchronized void release(long bytes) {
    claimedBytes -= bytes;
  }

  DiskIo.Space sample() {
    try {
      return io.space(folder);
    } catch (IOException e) {
      throw IoFailure.explain("measure", folder, e);
    }
  }
}
