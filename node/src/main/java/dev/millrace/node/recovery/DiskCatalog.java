package dev.millrace.node.recovery;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.NodeId;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Volume;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.volumes.Disks;
import java.util.List;
import java.util.Optional;

/// Stands in for the catalog while there is none: knows that every volume on this node's disks is
/// here, which is all that reading needs. Everything else is UNAVAILABLE.
public final class DiskCatalog implements Catalog {
  private final NodeId node;
  private final Disks disks;

  public DiskCatalog(NodeId node, Disks disks) {
    this.node = node;
    this.disks = disks;
  }

  @Override
  public <R> R execute(CatalogCommand<R> command) {
    throw absent();
  }

  @Override
  @SuppressWarnings("unchecked") // each case returns what its query's type parameter says
  public <R> R query(CatalogQuery<R> query) {
    return switch (query) {
      case CatalogQuery.GetVolume q ->
          (R)
              Optional.of(
                  new Volume(
                      q.id(), new StoragePolicy.Replicated(1), List.of(node), Volume.State.SEALED));
      case CatalogQuery.ListVolumes _ ->
          (R)
              disks.volumes().stream()
                  .map(usage ->
                      new Volume(
                          usage.id(),
                          new StoragePolicy.Replicated(1),
                          List.of(node),
                          Volume.State.SEALED))
                  .toList();
      default -> throw absent();
    };
  }

  private static MillraceException absent() {
    return new MillraceException(
        ErrorCode.UNAVAILABLE, "catalog: it is being restored: try again when that is done");
  }

  @Override
  public void close() {
    // holds nothing
  }
}
