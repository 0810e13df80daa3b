/// Runs an instruction without a node, for the tests of plug-ins.
@NullMarked
package dev.millrace.compute.rehearsal;

import org.jspecify.annotations.NullMarked;
