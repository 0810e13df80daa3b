/// Runs programs of others apart from everything else on this machine: a fresh bubblewrap sandbox
/// for each attempt, and a test that tries to break out of it. `docs/sandbox.md` says what holds.
@NullMarked
package dev.millrace.compute.sandbox;

import org.jspecify.annotations.NullMarked;
