package dev.millrace.model;

import dev.millrace.base.Check;
import dev.millrace.base.Limits;
import java.util.Optional;

/// Which part of a bucket to list, in the order of the keys' UTF-8 bytes.
///
/// @param prefix only keys that begin with it; may be empty
/// @param delimiter when not empty, keys that have it after the prefix are rolled up into one
///   common prefix each
/// @param allVersions every version and delete marker, newest first within a key; otherwise only
///   current versions that are not delete markers
/// @param after where the last page ended
/// @param limit entries and common prefixes together, 1 to 1,000
public record ListRequest(
    BucketName bucket,
    String prefix,
    String delimiter,
    boolean allVersions,
    Optional<Cursor> after,
    int limit) {
  /// Where a page ended: listing goes on behind it.
  ///
  /// @param key the last key, or the last common prefix
  /// @param version the last version when all versions are listed
  public record Cursor(String key, Optional<VersionId> version) {}

  public ListRequest {
    Check.that(limit >= 1 && limit <= Limits.PAGE_ENTRIES, "page of %d entries", limit);
  }

  /// The first page of everything under `prefix`.
  public static ListRequest all(BucketName bucket, String prefix) {
    return new ListRequest(bucket, prefix, "", false, Optional.empty(), Limits.PAGE_ENTRIES);
  }

  public ListRequest from(Cursor cursor) {
    return new ListRequest(bucket, prefix, delimiter, allVersions, Optional.of(cursor), limit);
  }
}
