package dev.millrace.volumes;

import dev.millrace.wire.SealedChunk;
import java.util.Optional;

/// Hears of damaged chunks, and may have a good copy.
@FunctionalInterface
public interface ChunkRepair {
  /// Knows no other copies.
  ChunkRepair NONE = damage -> Optional.empty();

  /// A good copy of the damaged chunk (same id), or empty when there is none.
  Optional<SealedChunk> repair(Damage damage);
}
