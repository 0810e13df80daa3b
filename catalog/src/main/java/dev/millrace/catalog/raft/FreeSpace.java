package dev.millrace.catalog.raft;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.net.CatalogCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// Stops commands before the disk is full: a log that once failed to write stays failed until it is
/// opened anew. Thread-safe.
final class FreeSpace {
  /// To start, a log and the tables need this much: a piece of a segment, a flush.
  private static final long START_BYTES = 48 * ByteUnits.MIB;

  private static final long LARGEST_RESERVE_BYTES = 256 * ByteUnits.MIB;
  private static final int LARGEST_RESERVE_FRACTION = 8;

  private final Path folder;
  private final long reserveBytes;
  private final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong untilMeasured = new AtomicLong();

  /// @param reserveBytes or [CatalogConfig#DEFAULT_FREE_RESERVE]
  FreeSpace(Path folder, long reserveBytes) {
    this.folder = folder;
    this.reserveBytes =
        reserveBytes == CatalogConfig.DEFAULT_FREE_RESERVE ? ofDisk(folder) : reserveBytes;
    measure();
  }

  private static long ofDisk(Path folder) {
    try {
      return reserveOf(Files.getFileStore(folder).getTotalSpace());
    } catch (IOException e) {
      throw Disk.failure(folder, e);
    }
  }

  /// The reserve of a disk of this size. Half of the head-room that volumes leave on a small disk:
  /// so file bytes are refused first, and a small disk can be used at all.
  static long reserveOf(long capacityBytes) {
    return Math.min(LARGEST_RESERVE_BYTES, capacityBytes / LARGEST_RESERVE_FRACTION);
  }

  /// Looks again; to be called now and then.
  void measure() {
    try {
      freeBytes.set(Files.getFileStore(folder).getUsableSpace());
    } catch (IOException e) {
      throw Disk.failure(folder, e);
    }
    untilMeasured.set(Math.max(ByteUnits.MIB, reserveBytes / 8));
  }

  /// Whether a log that failed can be opened anew.
  boolean enoughToStart() {
    return freeBytes.get() >= Math.max(START_BYTES, reserveBytes / 4);
  }

  /// Whether a checkpoint can be taken: it writes what the tables still have in memory. Without the
  /// space RocksDB would fail under way, and take no more entries until it is opened anew.
  ///
  /// @param bytes of entries executed since the last one
  boolean enoughForCheckpoint(long bytes) {
    return freeBytes.get() >= neededForCheckpoint(bytes);
  }

  private long neededForCheckpoint(long bytes) {
    return reserveBytes / 4 + Math.min(bytes, reserveBytes / 2);
  }

  /// @throws MillraceException DISK_FULL
  void admitCheckpoint(long bytes) {
    measure();
    if (!enoughForCheckpoint(bytes)) {
      throw full(neededForCheckpoint(bytes));
    }
  }

  /// Notes what went into the log, to look again in time.
  void wrote(long bytes) {
    if (untilMeasured.addAndGet(-bytes) < 0) {
      measure();
    }
  }

  /// @throws MillraceException DISK_FULL
  void admit(CatalogCommand<?> command) {
    long needed = freeing(command) ? reserveBytes / 4 : reserveBytes;
    if (freeBytes.get() < needed) {
      // The figure may be old, and space that is back is to be used at once.
      measure();
      if (freeBytes.get() < needed) {
        throw full(needed);
      }
    }
  }

  private MillraceException full(long neededBytes) {
    return new MillraceException(
        ErrorCode.DISK_FULL,
        "catalog "
            + folder
            + ": the disk is full: "
            + ByteUnits.format(freeBytes.get())
            + " free, and "
            + ByteUnits.format(neededBytes)
            + " are kept for the catalog: free space on this disk");
  }

  private static boolean freeing(CatalogCommand<?> command) {
    return switch (command) {
      case CatalogCommand.DestroyVersion c -> true;
      case CatalogCommand.AddDeleteMarker c -> true;
      case CatalogCommand.DeleteBucket c -> true;
      case CatalogCommand.ForgetChunks c -> true;
      case CatalogCommand.SealVolume c -> true;
      case CatalogCommand.EndJob c -> true;
      case CatalogCommand.ForgetJob c -> true;
      case CatalogCommand.RetryJob c -> false;
      case CatalogCommand.Touch c -> true;
      case CatalogCommand.CreateBucket c -> false;
      case CatalogCommand.CommitVersion c -> false;
      case CatalogCommand.ImportVersion c -> false;
      case CatalogCommand.CopyVersion c -> false;
      case CatalogCommand.CreateVolume c -> false;
      case CatalogCommand.RewrapKeys c -> false;
      case CatalogCommand.AcceptJob c -> false;
      case CatalogCommand.RecordTasks c -> false;
      case CatalogCommand.PublishJob c -> false;
      case CatalogCommand.ReuseResult c -> false;
      case CatalogCommand.PublishFiles c -> false;
    };
  }
}
