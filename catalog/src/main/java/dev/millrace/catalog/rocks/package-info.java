/// The catalog's tables in RocksDB: the only package that imports it.
@NullMarked
package dev.millrace.catalog.rocks;

import org.jspecify.annotations.NullMarked;
