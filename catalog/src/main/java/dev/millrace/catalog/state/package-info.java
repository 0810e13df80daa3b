/// The catalog's pure core: a command is decided against tables and yields records; records change
/// the tables. No I/O, no clock, no randomness, one thread.
@NullMarked
package dev.millrace.catalog.state;

import org.jspecify.annotations.NullMarked;
