package dev.millrace.cli;

import dev.millrace.base.Text;

/// Words that must be buckets and nothing more.
final class BucketWords {
  private BucketWords() {}

  static ObjectName bucket(String word) {
    ObjectName name = ObjectName.parse(word);
    if (!name.path().isEmpty()) {
      throw new UsageException(
          "'" + Text.printable(word) + "' is a key, and a bucket is meant: write " + name.bucket());
    }
    return name;
  }
}
