/// One node's disks: append, read, free and scrub sealed chunks; no network, no keys.
///
/// A [ChunkStore] is one disk folder ([DiskStore]) or all of a node's ([Disks]). A disk holds
/// volumes, a volume is a folder of append-only segment files, a segment is a run of records
/// (formats: `dev.millrace.wire.volume`).
@NullMarked
package dev.millrace.volumes;

import org.jspecify.annotations.NullMarked;
