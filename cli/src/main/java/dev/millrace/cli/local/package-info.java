/// The machine's own files as the command line meets them: files that change while they are read,
/// folders with loops and odd names, outputs that appear whole or not at all.
@NullMarked
package dev.millrace.cli.local;

import org.jspecify.annotations.NullMarked;
