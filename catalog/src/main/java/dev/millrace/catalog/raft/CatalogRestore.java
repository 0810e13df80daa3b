package dev.millrace.catalog.raft;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogBackup;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.state.EntryCodec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;

/// Builds a fresh catalog folder from a checkpoint and the log entries behind it, up to a chosen
/// time.
public final class CatalogRestore {
  private CatalogRestore() {}

  /// What was had back.
  ///
  /// @param lastIndex of the old log
  /// @param lastMillis time of the last entry executed, 0 when none was
  /// @param entries how many entries behind the checkpoint
  public record Restored(long lastIndex, long lastMillis, long entries) {}

  /// Restores into the configuration's folder, which must not hold a catalog.
  ///
  /// @param checkpoint a folder as [CatalogBackup#exportCheckpoint] wrote it
  /// @param entries in order of index; those that the checkpoint holds already are passed over
  /// @param until executes no entry made after this time; all without it
  /// @throws MillraceException CORRUPT_CATALOG when the checkpoint is damaged, CORRUPT_LOG when an
  ///   entry is damaged or they are out of order, INVALID_ARGUMENT, DISK_FULL, IO_ERROR
  public static Restored restore(
      CatalogConfig config,
      Path checkpoint,
      Iterator<CatalogBackup.Entry> entries,
      Optional<Instant> until) {
    try (FolderLock _ = FolderLock.take(config.folder());
        OfflineCatalog catalog = OfflineCatalog.begin(config, Optional.of(checkpoint))) {
      long untilMillis = until.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
      long lastIndex = -1;
      long lastMillis = 0;
      long executed = 0;
      while (entries.hasNext()) {
        CatalogBackup.Entry entry = entries.next();
        if (entry.index() <= lastIndex) {
          throw new MillraceException(
              ErrorCode.CORRUPT_LOG,
              "catalog backup: entry "
                  + entry.index()
                  + " comes behind entry "
                  + lastIndex
                  + ": give the entries in order");
        }
        lastIndex = entry.index();
        if (entry.index() <= catalog.appliedIndex()) {
          continue;
        }
        if (entry.timeMillis() > untilMillis) {
          break;
        }
        catalog.apply(entry.index(), EntryCodec.read(entry.body().toArray()));
        lastMillis = entry.timeMillis();
        executed++;
      }
      return new Restored(catalog.finish(), lastMillis, executed);
    }
  }
}
