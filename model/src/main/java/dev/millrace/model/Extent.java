package dev.millrace.model;

import dev.millrace.base.Check;
import dev.millrace.base.Limits;

/// A run of a version's bytes that is the whole plaintext of one chunk.
public record Extent(ChunkId chunk, int lengthBytes) {
  public Extent {
    Check.that(
        lengthBytes > 0 && lengthBytes <= Limits.CHUNK_BYTES, "extent of %d bytes", lengthBytes);
    Check.that(!chunk.inline(), "extent names inline content");
  }
}
