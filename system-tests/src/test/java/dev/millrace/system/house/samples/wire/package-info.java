/// A sample for the architecture rules.
@NullMarked
package dev.millrace.system.house.samples.wire;

import org.jspecify.annotations.NullMarked;
