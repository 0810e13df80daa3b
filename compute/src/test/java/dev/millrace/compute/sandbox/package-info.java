/// Tests that run programs in real sandboxes, as root, and tests of the parts that decide.
@NullMarked
package dev.millrace.compute.sandbox;

import org.jspecify.annotations.NullMarked;
