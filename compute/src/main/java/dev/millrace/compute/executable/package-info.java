/// Executables as programs: a command that runs in the sandbox on each piece of the input, and a
/// second one over what the first wrote.
@NullMarked
package dev.millrace.compute.executable;

import org.jspecify.annotations.NullMarked;
