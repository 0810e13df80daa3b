package dev.millrace.catalog;

import java.nio.file.Path;
import java.util.List;

/// What a catalog gives out so that it can be had back: a checkpoint, and the log entries behind
/// it. Who stores them, and where, is not the catalog's business. Thread-safe; calls block.
///
/// To follow the catalog: export a checkpoint, then ask again and again for the entries since the
/// last one stored. When the answer is [Since.Gone], export a new checkpoint.
public interface CatalogBackup {
  /// The state after a log entry.
  ///
  /// @param files names of the files in the folder it was exported to
  /// @param sizeBytes of all files
  record Checkpoint(long term, long index, List<String> files, long sizeBytes) {
    public Checkpoint {
      files = List.copyOf(files);
    }
  }

  /// A log entry.
  ///
  /// @param timeMillis when the leader made it, since 1970
  /// @param body what to give to a restore
  record Entry(long index, long timeMillis, dev.millrace.base.Bytes body) {}

  /// The entries behind an index.
  sealed interface Since {
    /// They are here, in order; empty when there is none yet. Indices may have gaps: entries of
    /// Raft itself carry no commands.
    ///
    /// @param upTo ask for those since this index next
    record Entries(List<Entry> entries, long upTo) implements Since {
      public Entries {
        entries = List.copyOf(entries);
      }
    }

    /// The log begins later: a new checkpoint is needed.
    record Gone(long firstIndex) implements Since {}
  }

  /// Writes the present state into `folder`, which must not be there.
  ///
  /// @throws dev.millrace.base.MillraceException DISK_FULL, IO_ERROR, UNAVAILABLE
  Checkpoint exportCheckpoint(Path folder);

  /// Committed entries behind `index`, whole, about `limitBytes` of them but at least one.
  ///
  /// @throws dev.millrace.base.MillraceException UNAVAILABLE, IO_ERROR
  Since entriesSince(long index, long limitBytes);

  /// Bytes of commands executed since the catalog was opened. The log lets go of what is in a
  /// checkpoint, so who follows it has to ask the more often, the more is written.
  long executedBytes();
}
