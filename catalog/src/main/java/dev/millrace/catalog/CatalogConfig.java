package dev.millrace.catalog;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import dev.millrace.base.Clock;
import dev.millrace.base.IdSource;
import dev.millrace.model.NodeId;
import java.nio.file.Path;
import java.time.Duration;

/// What a catalog needs to know.
///
/// @param folder holds everything; made when it isn't there
/// @param self this node, as it is named among the masters
/// @param freeReserveBytes free disk space that ordinary commands leave; deletes may use three
///   quarters of it, the last quarter is for the log's and the tables' own upkeep. With
///   [#DEFAULT_FREE_RESERVE] 256 MiB, but never more than an eighth of the disk
/// @param commandTimeout how long a command may wait before it fails with TIMEOUT
/// @param checkpointEntries take a checkpoint after so many log entries
/// @param checkpointBytes … or after so many bytes of them
/// @param checkpointInterval … or after this time, when there was any entry
public record CatalogConfig(
    Path folder,
    NodeId self,
    Clock clock,
    IdSource ids,
    long freeReserveBytes,
    Duration commandTimeout,
    long checkpointEntries,
    long checkpointBytes,
    Duration checkpointInterval) {
  public static final long DEFAULT_FREE_RESERVE = -1;

  private static final long DEFAULT_CHECKPOINT_ENTRIES = 100_000;
  private static final long DEFAULT_CHECKPOINT_BYTES = 256 * ByteUnits.MIB;

  public CatalogConfig {
    Check.that(freeReserveBytes >= DEFAULT_FREE_RESERVE, "reserve of %d bytes", freeReserveBytes);
    Check.that(checkpointEntries > 0, "checkpoint after %d entries", checkpointEntries);
    Check.that(checkpointBytes > 0, "checkpoint after %d bytes", checkpointBytes);
  }

  /// With the defaults.
  public static CatalogConfig of(Path folder, NodeId self, Clock clock, IdSource ids) {
    return new CatalogConfig(
        folder,
        self,
        clock,
        ids,
        DEFAULT_FREE_RESERVE,
        Duration.ofSeconds(30),
        DEFAULT_CHECKPOINT_ENTRIES,
        DEFAULT_CHECKPOINT_BYTES,
        Duration.ofMinutes(10));
  }

  /// The same with another reserve.
  public CatalogConfig withFreeReserve(long bytes) {
    return new CatalogConfig(
        folder,
        self,
        clock,
        ids,
        bytes,
        commandTimeout,
        checkpointEntries,
        checkpointBytes,
        checkpointInterval);
  }

  /// The same with other bounds for checkpoints.
  public CatalogConfig withCheckpoints(long entries, long bytes, Duration interval) {
    return new CatalogConfig(
        folder, self, clock, ids, freeReserveBytes, commandTimeout, entries, bytes, interval);
  }
}
