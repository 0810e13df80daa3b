/// The command line: one class for each command, on top of [dev.millrace.client.Millrace]. It knows
/// neither where the node runs nor how it is reached; [NodeAccess] does.
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;
