/// Tests of the command line: whole commands against an in-memory Millrace.
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;
