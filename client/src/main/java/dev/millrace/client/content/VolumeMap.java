package dev.millrace.client.content;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.Volume;
import dev.millrace.model.VolumeId;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogQuery;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which nodes hold a volume, remembered. Rows change seldom (repair re-points them): whoever finds
/// no good copy asks again with [#refresh]. Thread-safe.
final class VolumeMap {
  private final Catalog catalog;
  private final Map<VolumeId, Volume> rows = new ConcurrentHashMap<>();

  VolumeMap(Catalog catalog) {
    this.catalog = catalog;
  }

  Volume volume(VolumeId id) {
    Volume known = rows.get(id);
    return known != null ? known : refresh(id);
  }

  /// The row as the catalog has it now.
  ///
  /// @throws MillraceException CORRUPT_CATALOG when there is none
  Volume refresh(VolumeId id) {
    Volume row =
        catalog
            .query(new CatalogQuery.GetVolume(id))
            .orElseThrow(() ->
                new MillraceException(
                    ErrorCode.CORRUPT_CATALOG,
                    "volume "
                        + id
                        + ": a file names it, the volume map does not: restore the catalog"
                        + " from its backup"));
    rows.put(id, row);
    return row;
  }

  void remember(Volume volume) {
    rows.put(volume.id(), volume);
  }
}
