package dev.millrace.testkit;

import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Manifest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// How many versions and jobs name each chunk; one that nothing names any more is garbage.
final class MemoryChunkCounts {
  private final Map<ChunkId, Integer> counts = new HashMap<>();
  private final TreeSet<ChunkId> garbage = new TreeSet<>();

  void add(Manifest manifest) {
    for (Extent extent : manifest.extents()) {
      counts.merge(extent.chunk(), 1, Integer::sum);
      garbage.remove(extent.chunk());
    }
  }

  void remove(Manifest manifest) {
    for (Extent extent : manifest.extents()) {
      if (counts.merge(extent.chunk(), -1, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b))
          == null) {
        garbage.add(extent.chunk());
      }
    }
  }

  void add(Content content) {
    if (content instanceof Content.Chunked chunked) {
      add(chunked.manifest());
    }
  }

  void remove(Content content) {
    if (content instanceof Content.Chunked chunked) {
      remove(chunked.manifest());
    }
  }

  /// Lists chunks as garbage that nothing counted.
  void discard(Manifest manifest) {
    for (Extent extent : manifest.extents()) {
      if (!counts.containsKey(extent.chunk())) {
        garbage.add(extent.chunk());
      }
    }
  }

  void forget(List<ChunkId> chunks) {
    garbage.removeAll(new HashSet<>(chunks));
  }

  List<ChunkId> garbage(Optional<ChunkId> after, int limit) {
    return garbage.stream()
        .filter(chunk -> after.isEmpty() || chunk.compareTo(after.get()) > 0)
        .limit(limit)
        .toList();
  }

  boolean knows(ChunkId chunk) {
    return counts.containsKey(chunk) || garbage.contains(chunk);
  }

  Set<ChunkId> known() {
    Set<ChunkId> known = new HashSet<>(counts.keySet());
    known.addAll(garbage);
    return known;
  }
}
