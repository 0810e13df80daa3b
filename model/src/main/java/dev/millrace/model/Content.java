package dev.millrace.model;

import dev.millrace.base.Bytes;

/// Where the bytes of a version are.
public sealed interface Content {
  /// The whole content, sealed, in the version's own record.
  ///
  /// @param sealedAs the identity under which it was sealed (volume number 0)
  record Inline(ChunkId sealedAs, Bytes sealed) implements Content {}

  /// Chunks in volumes. An empty object has no extents.
  record Chunked(Manifest manifest) implements Content {}
}
