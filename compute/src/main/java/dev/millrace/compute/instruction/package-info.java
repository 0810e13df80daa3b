/// The instructions that Millrace itself brings: compress, decompress, checksum and count. Their
/// answers equal those of `zstd`, `gzip`, `md5sum`, `sha256sum` and `wc`, byte for byte.
@NullMarked
package dev.millrace.compute.instruction;

import org.jspecify.annotations.NullMarked;
