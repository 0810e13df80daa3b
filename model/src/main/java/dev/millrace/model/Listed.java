package dev.millrace.model;

/// One line of a listing.
///
/// @param current whether this is the key's newest version
/// @param sizeBytes 0 for a delete marker
/// @param etag empty for a delete marker
public record Listed(
    ObjectKey key,
    VersionId version,
    boolean current,
    boolean deleteMarker,
    long sizeBytes,
    String etag,
    long createdMillis) {}
