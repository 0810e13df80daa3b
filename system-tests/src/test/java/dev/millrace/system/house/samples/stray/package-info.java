/// A sample for the architecture rules.
@NullMarked
package dev.millrace.system.house.samples.stray;

import org.jspecify.annotations.NullMarked;
