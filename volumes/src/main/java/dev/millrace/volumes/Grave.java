package dev.millrace.volumes;

/// What a tombstone kills.
///
/// @param segment where the dead record lies
/// @param offset 0 for the chunk with all its records up to a sequence number; else the one record
///   there
record Grave(long local, long upToSequence, long segment, long offset) {
  /// Of a chunk that is deleted.
  static Grave ofChunk(long local, Location at) {
    return new Grave(local, at.sequence(), at.segment(), 0);
  }

  /// Of one record, whose chunk lives on elsewhere or is dead already.
  static Grave ofRecord(long local, Location at) {
    return new Grave(local, at.sequence(), at.segment(), at.offset());
  }

  /// Whether the record is dead by this.
  boolean kills(Location at) {
    return offset == 0
        ? at.sequence() <= upToSequence
        : at.segment() == segment && at.offset() == offset && at.sequence() == upToSequence;
  }
}
