/// Tests of what the command line does with local files.
@NullMarked
package dev.millrace.cli.local;

import org.jspecify.annotations.NullMarked;
