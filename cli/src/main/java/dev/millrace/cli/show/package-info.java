/// How the command line shows things: text for people, JSON for programs, progress bars.
@NullMarked
package dev.millrace.cli.show;

import org.jspecify.annotations.NullMarked;
