package dev.millrace.model;

/// One version of an object, immutable once committed.
public sealed interface ObjectVersion permits StoredVersion, DeleteMarker {
  BucketName bucket();

  ObjectKey key();

  VersionId id();

  /// Position in the order of commits of the whole catalog; later commits have larger numbers.
  long sequence();

  /// Milliseconds since 1970, stamped by the leader at commit.
  long createdMillis();
}
