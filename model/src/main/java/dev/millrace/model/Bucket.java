package dev.millrace.model;

/// A bucket.
///
/// @param id its number, never used again
public record Bucket(long id, BucketName name, StoragePolicy policy, long createdMillis) {}
