package dev.millrace.volumes;

import dev.millrace.model.ChunkId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Stored bytes that are not what was written.
///
/// @param chunk whose they are; null when that can't be told any more
/// @param offset in `file`
/// @param what the damaged part, with what was found
public record Damage(@Nullable ChunkId chunk, Path file, long offset, String what) {
  /// For messages and logs.
  public String describe() {
    return "chunk "
        + (chunk == null ? "unknown" : chunk)
        + " in "
        + file
        + " at offset "
        + offset
        + ": damaged "
        + what;
  }
}
