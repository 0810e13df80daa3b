package dev.millrace.volumes;

import dev.millrace.wire.volume.RecordShape;

/// Where a volume's index says that a chunk lies.
record Location(long sequence, long segment, long offset, RecordShape shape) {
  boolean samePlace(Location other) {
    return segment == other.segment && offset == other.offset;
  }

  /// Whether this record replaces `other` of the same chunk: the newer one, and of two copies the
  /// one that compaction wrote.
  boolean supersedes(Location other) {
    if (sequence != other.sequence) {
      return sequence > other.sequence;
    }
    return segment != other.segment ? segment > other.segment : offset > other.offset;
  }
}
