package dev.millrace.catalog.raft;

import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.state.CatalogCore.Outcome;
import dev.millrace.catalog.state.EntryCodec;
import dev.millrace.net.CatalogCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes a fresh catalog from what was found elsewhere, by commands: buckets
/// (`CatalogCommand.CreateBucket`), volumes (`CreateVolume`, in order of their numbers), versions
/// (`ImportVersion`, the oldest of a key first). One thread. Closing without [#finish] leaves no
/// catalog.
public final class CatalogRebuild implements AutoCloseable {
  private static final int ENTRY_COMMANDS = 1000;

  private final CatalogConfig config;
  private final FolderLock lock;
  private final OfflineCatalog catalog;
  private final List<CatalogCommand<?>> waiting = new ArrayList<>();
  private final List<MillraceException> refused = new ArrayList<>();

  /// Begins in the configuration's folder, which must not hold a catalog.
  ///
  /// @throws MillraceException INVALID_ARGUMENT, HOME_IN_USE, DISK_FULL, IO_ERROR
  public CatalogRebuild(CatalogConfig config) {
    this.config = config;
    this.lock = FolderLock.take(config.folder());
    boolean begun = false;
    try {
      this.catalog = OfflineCatalog.begin(config, Optional.empty());
      begun = true;
    } finally {
      if (!begun) {
        lock.close();
      }
    }
  }

  /// Takes a command; it is executed with others later.
  public void add(CatalogCommand<?> command) {
    waiting.add(command);
    if (waiting.size() == ENTRY_COMMANDS) {
      execute();
    }
  }

  private void execute() {
    List<Outcome> outcomes =
        catalog.apply(
            catalog.appliedIndex() + 1,
            new EntryCodec.Entry(config.clock().currentMillis(), waiting));
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Refused refusal) {
        refused.add(new MillraceException(refusal.code(), refusal.message()));
      }
    }
    waiting.clear();
  }

  /// Executes what waits and makes the folder a catalog.
  ///
  /// @return the commands that were refused, each with its reason
  public List<MillraceException> finish() {
    execute();
    catalog.finish();
    return List.copyOf(refused);
  }

  @Override
  public void close() {
    catalog.close();
    lock.close();
  }
}
