/// Tests.
@NullMarked
package dev.millrace.compute.program;

import org.jspecify.annotations.NullMarked;
