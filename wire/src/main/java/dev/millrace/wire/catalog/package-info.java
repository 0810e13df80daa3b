/// The catalog's byte formats: codecs between `model` and the messages of `catalog.proto`, whose
/// header says how they may change.
@NullMarked
package dev.millrace.wire.catalog;

import org.jspecify.annotations.NullMarked;
