package dev.millrace.storage;

import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.net.ChunkService;
import dev.millrace.volumes.ChunkStore;
import dev.millrace.wire.ChunkInfo;
import dev.millrace.wire.SealedChunk;
import java.util.Optional;

/// The chunks of this node, from its own disks. Thread-safe. Does not own the store.
public final class StorageNode implements ChunkService {
  private final NodeId node;
  private final ChunkStore store;

  public StorageNode(NodeId node, ChunkStore store) {
    this.node = node;
    this.store = store;
  }

  @Override
  public NodeId node() {
    return node;
  }

  /// The disks' own view, for upkeep and figures.
  public ChunkStore store() {
    return store;
  }

  @Override
  public void put(SealedChunk chunk) {
    store.append(chunk);
  }

  @Override
  public int read(ChunkId id, int firstFrame, int frameCount, byte[] target) {
    return store.read(id, firstFrame, frameCount, target);
  }

  @Override
  public Optional<ChunkInfo> stat(ChunkId id) {
    return store.stat(id);
  }

  @Override
  public void delete(ChunkId id) {
    store.delete(id);
  }
}
