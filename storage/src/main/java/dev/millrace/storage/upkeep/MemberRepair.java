package dev.millrace.storage.upkeep;

import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.model.Volume;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogQuery;
import dev.millrace.net.ChunkService;
import dev.millrace.net.StorageNodes;
import dev.millrace.volumes.ChunkRepair;
import dev.millrace.volumes.Damage;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.SealedChunk;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gets a good copy of a damaged chunk from another member of its volume.
public final class MemberRepair implements ChunkRepair {
  private static final Logger LOG = LoggerFactory.getLogger(MemberRepair.class);

  private final NodeId self;
  private final Catalog catalog;
  private final StorageNodes nodes;

  public MemberRepair(NodeId self, Catalog catalog, StorageNodes nodes) {
    this.self = self;
    this.catalog = catalog;
    this.nodes = nodes;
  }

  @Override
  public Optional<SealedChunk> repair(Damage damage) {
    ChunkId chunk = damage.chunk();
    if (chunk == null) {
      return Optional.empty();
    }
    List<NodeId> members =
        catalog
            .query(new CatalogQuery.GetVolume(chunk.volume()))
            .map(Volume::members)
            .orElse(List.of());
    for (NodeId member : members) {
      if (!member.equals(self)) {
        Optional<SealedChunk> copy = copy(chunk, member);
        if (copy.isPresent()) {
          return copy;
        }
      }
    }
    return Optional.empty();
  }

  /// Read with every CRC32C verified.
  private Optional<SealedChunk> copy(ChunkId chunk, NodeId member) {
    try {
      ChunkService other = nodes.chunks(member);
      Optional<ChunkInfo> info = other.stat(chunk);
      if (info.isEmpty()) {
        return Optional.empty();
      }
      int plainBytes = info.get().plainBytes();
      byte[] sealed = new byte[SealedChunk.sealedLength(plainBytes)];
      int read = other.read(chunk, 0, SealedChunk.frameCount(plainBytes), sealed);
      return read == sealed.length
          ? Optional.of(new SealedChunk(chunk, plainBytes, info.get().recovery(), sealed, read))
          : Optional.empty();
    } catch (MillraceException e) {
      LOG.warn("repair-failed chunk={} node={} reason=\"{}\"", chunk, member, e.getMessage());
      return Optional.empty();
    }
  }
}
