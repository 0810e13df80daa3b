package dev.millrace.node;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// The catalog as the parts of this node use it: it counts the changes made through it, so that the
/// catalog's copier knows whether there is anything new besides its own commits, and it can be
/// shut. Does not close what it counts. Thread-safe.
final class CountedCatalog implements Catalog {
  private final Catalog catalog;
  private final AtomicLong changes = new AtomicLong();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean shut;

  CountedCatalog(Catalog catalog) {
    this.catalog = catalog;
  }

  /// Changes since this was made, those included whose outcome is not known.
  long changes() {
    return changes.get();
  }

  /// Refuses changes from now on, when those under way are done. Afterwards nothing can be
  /// committed, so a chunk that the catalog does not know then will never be named.
  void shut() {
    lock.writeLock().lock();
    try {
      shut = true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public <R> R execute(CatalogCommand<R> command) {
    if (ofVolumes(command)) {
      return count(command);
    }
    lock.readLock().lock();
    try {
      if (shut) {
        throw new MillraceException(
            ErrorCode.UNAVAILABLE, "node: it is closing: try again when it runs");
      }
      return count(command);
    } finally {
      lock.readLock().unlock();
    }
  }

  private <R> R count(CatalogCommand<R> command) {
    try {
      return catalog.execute(command);
    } finally {
      changes.incrementAndGet();
    }
  }

  /// What writing content needs, which the last copy of the catalog does too. Names no chunk.
  private static boolean ofVolumes(CatalogCommand<?> command) {
    return command instanceof CatalogCommand.CreateVolume
        || command instanceof CatalogCommand.SealVolume;
  }

  @Override
  public <R> R query(CatalogQuery<R> query) {
    return catalog.query(query);
  }

  @Override
  public void close() {
    // belongs to who made it
  }
}
