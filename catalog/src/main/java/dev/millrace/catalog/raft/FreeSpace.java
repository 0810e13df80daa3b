package dev.millrace.catalog.raft;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
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

  private final Path folder;
  private final long reserveBytes;
  private final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong untilMeasured = new AtomicLong();

  FreeSpace(Path folder, long reserveBytes) {
    this.folder = folder;
    this.reserveBytes = reserveBytes;
    measure();
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
      throw new MillraceException(
          ErrorCode.DISK_FULL,
          "catalog "
              + folder
              + ": "
              + ByteUnits.format(freeBytes.get())
              + " are free and "
              + ByteUnits.format(needed)
              + " are kept: make room on this disk");
    }
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
    };
  }
}
