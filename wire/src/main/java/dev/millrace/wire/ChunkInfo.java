package dev.millrace.wire;

import dev.millrace.base.Bytes;
import dev.millrace.model.ChunkId;

/// What a volume knows of a chunk without its key.
///
/// @param recovery as written: see [SealedChunk]
public record ChunkInfo(ChunkId id, int plainBytes, Bytes recovery) {}
