package dev.millrace.testkit;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.NodeId;
import dev.millrace.model.StoragePolicy;
import dev.millrace.net.ChunkService;
import dev.millrace.net.StorageNodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Storage nodes in memory. Thread-safe.
public final class MemoryNodes implements StorageNodes {
  private final Map<NodeId, MemoryChunks> nodes = new LinkedHashMap<>();
  private final Set<NodeId> lost = new HashSet<>();
  private final int spread;
  private boolean full;

  public MemoryNodes(int count) {
    this(count, 1);
  }

  /// Nodes numbered from 1.
  ///
  /// @param spread over how many volumes writers are told to spread
  public MemoryNodes(int count, int spread) {
    this.spread = spread;
    for (int i = 1; i <= count; i++) {
      NodeId id = new NodeId(new Id128(0, i));
      nodes.put(id, new MemoryChunks(id));
    }
  }

  /// The chunks of the node with this number, from 1.
  public synchronized MemoryChunks node(int number) {
    return nodes.values().stream().skip(number - 1L).findFirst().orElseThrow();
  }

  /// From now on the node cannot be reached.
  public synchronized void lose(int number) {
    lost.add(node(number).node());
  }

  /// Whether no node has room for another volume.
  public synchronized void full(boolean now) {
    full = now;
  }

  @Override
  public synchronized ChunkService chunks(NodeId node) {
    MemoryChunks chunks = nodes.get(node);
    if (chunks == null || lost.contains(node)) {
      throw new MillraceException(
          ErrorCode.UNAVAILABLE, "node " + node + ": not reached: this is a test");
    }
    return chunks;
  }

  @Override
  public synchronized List<NodeId> place(StoragePolicy policy) {
    int wanted =
        switch (policy) {
          case StoragePolicy.Replicated replicated -> replicated.copies();
          case StoragePolicy.Erasure erasure -> erasure.data() + erasure.parity();
        };
    List<NodeId> able = new ArrayList<>(nodes.keySet());
    able.removeAll(lost);
    if (full || able.size() < wanted) {
      throw new MillraceException(
          ErrorCode.DISK_FULL, "volume: " + able.size() + " nodes have room: this is a test");
    }
    return List.copyOf(able.subList(0, wanted));
  }

  @Override
  public int spread() {
    return spread;
  }

  @Override
  public synchronized int failureDomains() {
    return nodes.size();
  }
}
