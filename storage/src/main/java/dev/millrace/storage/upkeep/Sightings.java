package dev.millrace.storage.upkeep;

import dev.millrace.model.ChunkId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Since when chunks have been on a list, pass by pass. Kept in memory by the monotonic clock: a
/// restart begins to count anew, which only makes whoever asks wait longer. Single-threaded.
final class Sightings {
  private final int bound;
  private final Map<ChunkId, Long> firstNanos = new HashMap<>();
  private final Set<ChunkId> thisPass = new HashSet<>();

  /// Sightings of none yet.
  ///
  /// @param bound chunks to remember; those that are too many wait for a later pass
  Sightings(int bound) {
    this.bound = bound;
  }

  /// Notes that the chunk is on the list, and tells for how long it has been; 0 for the first time.
  long nanosSince(ChunkId chunk, long nowNanos) {
    if (!firstNanos.containsKey(chunk) && firstNanos.size() >= bound) {
      return 0;
    }
    thisPass.add(chunk);
    return nowNanos - firstNanos.computeIfAbsent(chunk, _ -> nowNanos);
  }

  /// The list was seen whole: forgets what is no longer on it.
  void endPass() {
    firstNanos.keySet().retainAll(thisPass);
    thisPass.clear();
  }

  /// How many chunks are remembered.
  int size() {
    return firstNanos.size();
  }
}
