/// Power cuts and kills: a writer in a process of its own, ended at a random moment, and what it
/// had acknowledged looked for afterwards.
@NullMarked
package dev.millrace.system.crash;

import org.jspecify.annotations.NullMarked;
