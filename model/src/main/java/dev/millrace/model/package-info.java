/// The nouns of Millrace as records and sealed types with their pure rules. No I/O, no clock, no
/// byte formats.
@NullMarked
package dev.millrace.model;

import org.jspecify.annotations.NullMarked;
