package dev.millrace.node;

import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.model.StoragePolicy;
import dev.millrace.net.ChunkService;
import dev.millrace.net.StorageNodes;
import dev.millrace.volumes.Disks;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.SealedChunk;
import java.util.List;
import java.util.Optional;

record LocalStorage(NodeId node, Disks disks) implements StorageNodes, ChunkService {
  @Override
  public ChunkService chunks(NodeId node) {
    return this;
  }

  @Override
  public List<NodeId> place(StoragePolicy policy) {
    return List.of(node);
  }

  @Override
  public void put(SealedChunk chunk) {
    disks.append(chunk);
  }

  @Override
  public int read(ChunkId id, int firstFrame, int frameCount, byte[] target) {
    return disks.read(id, firstFrame, frameCount, target);
  }

  @Override
  public Optional<ChunkInfo> stat(ChunkId id) {
    return disks.stat(id);
  }

  @Override
  public void delete(ChunkId id) {
    disks.delete(id);
  }
}
