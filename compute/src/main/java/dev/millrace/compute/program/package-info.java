/// The interface between Millrace and what it runs: an instruction says how its input may be cut
/// and how its answers go together, and runs over one piece. Plug-ins implement
/// [dev.millrace.compute.program.Instruction] and name it in `META-INF/services`.
@NullMarked
package dev.millrace.compute.program;

import org.jspecify.annotations.NullMarked;
