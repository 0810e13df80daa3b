package dev.millrace.compute.balancer;

import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;

/// A catalog in which something happens right behind the first listing.
final class ChangingCatalog implements Catalog {
  private final Catalog catalog;
  private final Runnable change;
  private boolean changed;

  ChangingCatalog(Catalog catalog, Runnable change) {
    this.catalog = catalog;
    this.change = change;
  }

  @Override
  public <R> R execute(CatalogCommand<R> command) {
    return catalog.execute(command);
  }

  @Override
  public <R> R query(CatalogQuery<R> query) {
    R answer = catalog.query(query);
    if (query instanceof CatalogQuery.ListObjects && !changed) {
      changed = true;
      change.run();
    }
    return answer;
  }

  @Override
  public void close() {
    // belongs to who made it
  }
}
