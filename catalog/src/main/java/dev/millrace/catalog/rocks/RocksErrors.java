package dev.millrace.catalog.rocks;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// RocksDB's failures as Millrace's.
final class RocksErrors {
  private RocksErrors() {}

  static MillraceException of(Path folder, RocksDBException failure) {
    String message = String.valueOf(failure.getMessage());
    Status status = failure.getStatus();
    if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
      return new MillraceException(
          ErrorCode.DISK_FULL,
          "catalog " + folder + ": the disk is full: free space on it",
          failure);
    }
    if (message.contains("lock hold by current process") || message.contains("While lock file")) {
      return new MillraceException(
          ErrorCode.HOME_IN_USE,
          "catalog " + folder + ": another process has it open: stop that one",
          failure);
    }
    if (corrupt(status, message)) {
      return new MillraceException(
          ErrorCode.CORRUPT_CATALOG,
          "catalog "
              + folder
              + ": "
              + message
              + ": restore it with 'millrace catalog restore' or 'millrace catalog rebuild'",
          failure);
    }
    return new MillraceException(
        ErrorCode.IO_ERROR,
        "catalog " + folder + ": " + message + ": look at the disk and the system's log",
        failure);
  }

  private static boolean corrupt(@Nullable Status status, String message) {
    if (status != null) {
      switch (status.getCode()) {
        case Corruption, NotSupported, InvalidArgument, NotFound -> {
          return true;
        }
        default -> {}
      }
    }
    String text = message.toLowerCase(Locale.ROOT);
    return text.contains("corrupt")
        || text.contains("checksum")
        || text.contains("no such file")
        || text.contains("not an sstable");
  }
}
