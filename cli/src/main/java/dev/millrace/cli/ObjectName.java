package dev.millrace.cli;

import dev.millrace.base.Text;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.VersionId;
import java.util.Optional;

/// A bucket, and what was written behind its first slash, with or without `mr://` before.
///
/// @param path the key or prefix; empty for the bucket itself
record ObjectName(BucketName bucket, String path) {
  static final String SCHEME = "mr://";

  /// Reads `BUCKET`, `BUCKET/`, `BUCKET/KEY` or the same after `mr://`. INVALID_BUCKET_NAME.
  static ObjectName parse(String text) {
    String name = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
    int slash = name.indexOf('/');
    String bucket = slash < 0 ? name : name.substring(0, slash);
    if (bucket.isEmpty()) {
      throw new UsageException(
          "'" + Text.printable(text) + "' names no bucket: write BUCKET/KEY or mr://BUCKET/KEY");
    }
    return new ObjectName(new BucketName(bucket), slash < 0 ? "" : name.substring(slash + 1));
  }

  /// Whether it stands for all keys that begin with it: a bucket, or a path that ends with a slash.
  boolean folder() {
    return path.isEmpty() || path.endsWith("/");
  }

  /// The key that it names. INVALID_KEY.
  ObjectKey key() {
    if (path.isEmpty()) {
      throw new UsageException(
          "'" + bucket + "' is a bucket, and a key is needed: write " + bucket + "/KEY");
    }
    return new ObjectKey(path);
  }

  ObjectRef ref(Optional<VersionId> version) {
    return new ObjectRef(bucket, key(), version);
  }

  /// This name when it is a whole key; else the key below it with that last name.
  ObjectName orBelow(String lastName) {
    return folder() ? new ObjectName(bucket, path + lastName) : this;
  }

  /// What stands behind the last slash.
  String lastName() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return SCHEME + bucket + "/" + path;
  }
}
