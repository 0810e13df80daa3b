/// Millrace as a person runs it: real processes, real files.
@NullMarked
package dev.millrace.system.process;

import org.jspecify.annotations.NullMarked;
