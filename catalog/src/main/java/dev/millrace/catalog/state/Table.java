package dev.millrace.catalog.state;

/// The catalog's tables: ordered maps from bytes to bytes, ordered as unsigned bytes. Numbers in
/// keys are big-endian. [Keys] builds the keys, `wire.catalog` the values.
public enum Table {
  /// Counters and marks by name.
  META("meta"),
  /// Bucket name → bucket.
  BUCKETS("buckets"),
  /// Bucket id, key → what a listing shows of the current version. Only keys that a listing shows:
  /// a key whose current version is a delete marker is in [#DELETED] instead, so that a bucket full
  /// of deleted keys lists as fast as an empty one.
  OBJECTS("objects"),
  /// Bucket id, key → the delete marker that is the current version.
  DELETED("deleted"),
  /// Bucket id, key, 0x00, descending sequence → the whole version.
  VERSIONS("versions"),
  /// Version id → its bucket, key and sequence.
  VERSION_IDS("version_ids"),
  /// Volume number → volume.
  VOLUMES("volumes"),
  /// Chunk → how many extents of versions, task results and held inputs name it; 1 or more.
  CHUNKS("chunks"),
  /// Chunks that nothing names, whose bytes can be freed; empty values.
  GARBAGE("garbage"),
  /// Complemented job id (so: newest first) → job.
  JOBS("jobs"),
  /// Complemented job id, task number → task result.
  TASKS("tasks"),
  /// Complemented job id, number of the input → the chunks it keeps until the job ends.
  HELD("held"),
  /// Key of a result (SHA-256) → the answer that the same job again is given. Its job is in
  /// [#JOBS].
  RESULTS("results"),
  /// Complemented job id, id of a version that it made or of a job that was given its answer →
  /// empty. What is said here keeps the job's record.
  DESCENDANTS("descendants"),
  /// Complemented job id → which parts of its answer belong to which inputs.
  PARTS("parts"),
  /// Key of a kin (SHA-256), complemented job id → empty: the jobs in [#PARTS], newest first.
  KIN("kin");

  private final String storedName;

  Table(String storedName) {
    this.storedName = storedName;
  }

  /// The stable name under which it is stored.
  public String storedName() {
    return storedName;
  }
}
