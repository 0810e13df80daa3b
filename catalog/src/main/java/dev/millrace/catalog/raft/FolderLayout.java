package dev.millrace.catalog.raft;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.rocks.RocksTables;
import dev.millrace.catalog.state.CatalogTables.Applied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// The catalog's folder, and what must fit together in it before Ratis starts: identity, log,
/// checkpoints and tables. Anything that was acknowledged and isn't there is found here.
final class FolderLayout {
  private final CatalogConfig config;
  private final CheckpointFolder checkpoints;

  FolderLayout(CatalogConfig config) {
    this.config = config;
    this.checkpoints = new CheckpointFolder(config.folder().resolve("checkpoints"));
  }

  Path database() {
    return config.folder().resolve("db");
  }

  Path raft() {
    return config.folder().resolve("raft");
  }

  CheckpointFolder checkpoints() {
    return checkpoints;
  }

  private Path current(FolderIdentity identity) {
    UUID group = new UUID(identity.group().high(), identity.group().low());
    return raft().resolve(group.toString()).resolve("current");
  }

  /// A folder that Ratis may open.
  ///
  /// @param logIsThere otherwise Ratis begins one
  record Prepared(FolderIdentity identity, boolean logIsThere, RocksTables tables) {}

  /// @throws MillraceException CORRUPT_CATALOG, CORRUPT_LOG, HOME_VERSION, DISK_FULL, IO_ERROR
  Prepared prepare() {
    try {
      FolderIdentity identity = identity();
      return switch (identity.state()) {
        case MAKING -> {
          Disk.deleteTree(raft());
          Disk.deleteTree(database());
          Disk.deleteTree(config.folder().resolve("checkpoints"));
          Files.createDirectories(raft());
          yield new Prepared(identity, false, new RocksTables(database()));
        }
        case RESTORED -> {
          Disk.deleteTree(raft());
          Files.createDirectories(raft());
          yield new Prepared(identity, false, tables(Optional.empty()));
        }
        case READY -> {
          LogExaminer.Finding log = examine(identity);
          yield new Prepared(identity, true, tables(Optional.of(log)));
        }
      };
    } catch (IOException e) {
      throw Disk.failure(config.folder(), e);
    }
  }

  /// To be called when Ratis has begun its log.
  void ready(Prepared prepared) {
    if (prepared.identity().state() != FolderIdentity.State.READY) {
      prepared.identity().inState(FolderIdentity.State.READY).write(config.folder());
    }
  }

  private FolderIdentity identity() throws IOException {
    Optional<FolderIdentity> found = FolderIdentity.read(config.folder());
    if (found.isPresent()) {
      if (!found.get().node().equals(config.self())) {
        throw new MillraceException(
            ErrorCode.CONFIGURATION,
            "catalog "
                + config.folder()
                + ": it belongs to node "
                + found.get().node()
                + ", not to "
                + config.self()
                + ": give this node its own folder");
      }
      return found.get();
    }
    if (Files.exists(raft()) || Files.exists(database())) {
      throw missing(FolderIdentity.file(config.folder()));
    }
    FolderIdentity fresh =
        FolderIdentity.fresh(config.ids(), config.self(), FolderIdentity.State.MAKING);
    fresh.write(config.folder());
    return fresh;
  }

  private static MillraceException missing(Path what) {
    return new MillraceException(
        ErrorCode.CORRUPT_CATALOG,
        "catalog "
            + what
            + ": it is gone, and a catalog was here: bring it back, or restore the catalog with"
            + " 'millrace catalog restore' or 'millrace catalog rebuild'");
  }

  private LogExaminer.Finding examine(FolderIdentity identity) {
    Path current = current(identity);
    if (!Files.isDirectory(current)) {
      throw missing(current);
    }
    LogExaminer.Finding found = new LogExaminer(current).examine();
    forgetVoters(current);
    return found;
  }

  /// Ratis keeps the last configuration of voters in a file without a checksum, and believes it.
  /// The only voter there is is known without it. Several voters need it, and can ask each other.
  private static void forgetVoters(Path current) {
    try {
      Files.deleteIfExists(current.resolve("raft-meta.conf"));
    } catch (IOException e) {
      throw Disk.failure(current, e);
    }
  }

  /// Opens the tables, from the checkpoint when they aren't there, and holds them against the log.
  private RocksTables tables(Optional<LogExaminer.Finding> log) throws IOException {
    Optional<CheckpointFolder.Found> checkpoint = checkpoints.latest();
    if (!Files.exists(database())) {
      if (checkpoint.isPresent()) {
        Disk.copyFolder(checkpoint.get().path(), database());
      } else if (log.isEmpty() || log.get().firstIndex() != 0) {
        throw missing(database());
      }
    }
    RocksTables tables = new RocksTables(database());
    boolean fits = false;
    try {
      if (log.isPresent()) {
        checkAgainst(log.get(), tables.applied(), checkpoint.map(CheckpointFolder.Found::at));
        if (log.get().firstIndex() > checkpoint.map(found -> found.at().index()).orElse(-1L) + 1) {
          // Ratis counts from the checkpoint; the tables have what is between it and the log.
          checkpoints.take(tables);
        }
      }
      fits = true;
      return tables;
    } finally {
      if (!fits) {
        tables.close();
      }
    }
  }

  private void checkAgainst(
      LogExaminer.Finding log, Applied applied, Optional<Applied> checkpoint) {
    long last = log.empty() ? checkpoint.map(Applied::index).orElse(-1L) : log.lastIndex();
    if (last < applied.index()) {
      throw new MillraceException(
          ErrorCode.CORRUPT_LOG,
          "catalog log "
              + raft()
              + ": it ends at entry "
              + last
              + ", and entry "
              + applied.index()
              + " was executed: bring its files back, or restore the catalog with 'millrace catalog"
              + " restore' or 'millrace catalog rebuild'");
    }
    if (!log.empty() && applied.index() < log.firstIndex() - 1) {
      throw new MillraceException(
          ErrorCode.CORRUPT_CATALOG,
          "catalog "
              + database()
              + ": it ends at entry "
              + applied.index()
              + ", and the log begins at "
              + log.firstIndex()
              + ": restore the catalog with 'millrace catalog restore'");
    }
  }
}
