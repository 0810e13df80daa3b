/// Tests.
@NullMarked
package dev.millrace.compute.instruction.sort;

import org.jspecify.annotations.NullMarked;
