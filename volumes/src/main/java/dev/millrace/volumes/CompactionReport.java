package dev.millrace.volumes;

/// What a compaction did.
///
/// @param segments files that were rewritten and unlinked
/// @param skipped files that couldn't be rewritten: a damaged chunk, a full or failed disk; the log
///   has the reasons
public record CompactionReport(
    long segments, long movedChunks, long movedBytes, long freedBytes, long skipped) {
  static final CompactionReport NOTHING = new CompactionReport(0, 0, 0, 0, 0);

  CompactionReport plus(CompactionReport other) {
    return new CompactionReport(
        segments + other.segments,
        movedChunks + other.movedChunks,
        movedBytes + other.movedBytes,
        freedBytes + other.freedBytes,
        skipped + other.skipped);
  }
}
