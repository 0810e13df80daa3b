/// Tests.
@NullMarked
package dev.millrace.compute.instruction;

import org.jspecify.annotations.NullMarked;
