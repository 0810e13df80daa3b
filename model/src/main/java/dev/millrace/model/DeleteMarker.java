package dev.millrace.model;

/// The version that a delete adds: the key is gone, its earlier versions are not.
public record DeleteMarker(
    BucketName bucket, ObjectKey key, VersionId id, long sequence, long createdMillis)
    implements ObjectVersion {}
