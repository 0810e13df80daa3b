package dev.millrace.node;

import dev.millrace.base.Limits;
import dev.millrace.client.Admin.KeyRotation;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogCommand.Rewrap;
import dev.millrace.net.CatalogQuery;
import dev.millrace.wire.seal.MasterKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Wraps every data key with a new master key, page by page. Interrupted at any point it leaves
/// some keys wrapped by the old master key, which stays in the ring; the next rotation takes them
/// along.
final class KeyRotationTask {
  private final Catalog catalog;
  private final MasterKeys keys;

  KeyRotationTask(Catalog catalog, MasterKeys keys) {
    this.catalog = catalog;
    this.keys = keys;
  }

  KeyRotation run() {
    int number = keys.addKey();
    long rewrapped = 0;
    Optional<ObjectRef> after = Optional.empty();
    while (true) {
      List<StoredVersion> page =
          catalog.query(new CatalogQuery.VersionsToRewrap(number, after, Limits.PAGE_ENTRIES));
      List<Rewrap> rows = new ArrayList<>();
      for (StoredVersion version : page) {
        rows.add(
            new Rewrap(
                ObjectRef.of(version),
                version.stored().key(),
                keys.rewrap(version.stored().key())));
      }
      if (!rows.isEmpty()) {
        rewrapped += catalog.execute(new CatalogCommand.RewrapKeys(rows));
      }
      if (page.size() < Limits.PAGE_ENTRIES) {
        return new KeyRotation(number, rewrapped);
      }
      after = Optional.of(ObjectRef.of(page.getLast()));
    }
  }
}
