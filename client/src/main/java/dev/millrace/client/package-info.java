/// The one Java client: what a person or a program can ask of Millrace, and how files are written
/// and read.
@NullMarked
package dev.millrace.client;

import org.jspecify.annotations.NullMarked;
