/// The byte formats of a volume on disk: disk identity, segment files, records, index snapshots.
/// All integers are little-endian; every structure carries a CRC32C and is checked field by field.
@NullMarked
package dev.millrace.wire.volume;

import org.jspecify.annotations.NullMarked;
