package dev.millrace.model;

/// A version with bytes.
public record StoredVersion(
    BucketName bucket,
    ObjectKey key,
    VersionId id,
    long sequence,
    long createdMillis,
    Stored stored)
    implements ObjectVersion {
  public long sizeBytes() {
    return stored.sizeBytes();
  }

  public String etag() {
    return stored.etag();
  }
}
