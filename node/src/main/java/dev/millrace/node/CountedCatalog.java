package dev.millrace.node;

import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.util.concurrent.atomic.AtomicLong;

/// A catalog that counts the changes made through it, so that its copier knows whether there is
/// anything new besides its own commits. Does not close what it counts.
final class CountedCatalog implements Catalog {
  private final Catalog catalog;
  private final AtomicLong changes = new AtomicLong();

  CountedCatalog(Catalog catalog) {
    this.catalog = catalog;
  }

  /// Changes since this was made.
  long changes() {
    return changes.get();
  }

  @Override
  public <R> R execute(CatalogCommand<R> command) {
    R result = catalog.execute(command);
    changes.incrementAndGet();
    return result;
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
