package dev.millrace.catalog.raft;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.rocks.RocksTables;
import dev.millrace.catalog.state.CatalogCore;
import dev.millrace.catalog.state.CatalogTables.Applied;
import dev.millrace.catalog.state.EntryCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A catalog folder in the making, without Raft: entries are executed straight on its tables. Until
/// [#finish] nobody can open it as a catalog. One thread.
final class OfflineCatalog implements AutoCloseable {
  private final CatalogConfig config;
  private final RocksTables tables;
  private final CatalogCore core;

  private OfflineCatalog(CatalogConfig config, RocksTables tables) {
    this.config = config;
    this.tables = tables;
    this.core = new CatalogCore(tables);
  }

  /// Begins one in the configuration's folder, which must not hold a catalog.
  ///
  /// @param checkpoint the tables to begin with
  static OfflineCatalog begin(CatalogConfig config, Optional<Path> checkpoint) {
    Path folder = config.folder();
    FolderLayout layout = new FolderLayout(config);
    if (Files.exists(FolderIdentity.file(folder)) || Files.exists(layout.raft())) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "catalog " + folder + ": there is one already: name a new folder, or move it away");
    }
    try {
      Files.createDirectories(folder);
      // Left by a restore that did not finish.
      Disk.deleteTree(layout.database());
      Disk.deleteTree(folder.resolve("checkpoints"));
      if (checkpoint.isPresent()) {
        if (!Files.exists(checkpoint.get().resolve("CURRENT"))) {
          throw new MillraceException(
              ErrorCode.INVALID_ARGUMENT,
              "checkpoint " + checkpoint.get() + ": it has no CURRENT: name a whole checkpoint");
        }
        Disk.copyFolder(checkpoint.get(), layout.database());
      }
      RocksTables tables = new RocksTables(layout.database());
      if (checkpoint.isPresent()) {
        verify(tables);
      }
      return new OfflineCatalog(config, tables);
    } catch (IOException e) {
      throw Disk.failure(folder, e);
    }
  }

  private static void verify(RocksTables tables) {
    boolean intact = false;
    try {
      tables.verify();
      intact = true;
    } finally {
      if (!intact) {
        tables.close();
      }
    }
  }

  long appliedIndex() {
    return tables.applied().index();
  }

  List<CatalogCore.Outcome> apply(long index, EntryCodec.Entry entry) {
    return core.apply(new Applied(tables.applied().term(), index), entry);
  }

  /// Makes it a catalog, which begins a log of its own.
  ///
  /// @return the index of the last entry it holds
  long finish() {
    FolderLayout layout = new FolderLayout(config);
    long index = Math.max(0, tables.applied().index());
    try {
      // Term 0: the new log's first election makes term 1.
      tables.renumber(new Applied(0, index));
      layout.checkpoints().take(tables);
      FolderIdentity.fresh(config.ids(), config.self(), FolderIdentity.State.RESTORED)
          .write(config.folder());
      return index;
    } catch (IOException e) {
      throw Disk.failure(config.folder(), e);
    }
  }

  @Override
  public void close() {
    tables.close();
  }
}
