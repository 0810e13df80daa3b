package dev.millrace.model;

import java.util.Optional;

/// Names an object, or one version of it.
///
/// @param version absent for the current one
public record ObjectRef(BucketName bucket, ObjectKey key, Optional<VersionId> version) {
  public static ObjectRef current(BucketName bucket, ObjectKey key) {
    return new ObjectRef(bucket, key, Optional.empty());
  }

  public static ObjectRef of(ObjectVersion version) {
    return new ObjectRef(version.bucket(), version.key(), Optional.of(version.id()));
  }

  /// As the command line writes it: `bucket/key`, with `@version` when one is named.
  @Override
  public String toString() {
    return bucket + "/" + key + version.map(v -> "@" + v).orElse("");
  }
}
