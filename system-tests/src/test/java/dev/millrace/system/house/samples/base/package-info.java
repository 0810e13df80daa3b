/// A sample for the architecture rules.
@NullMarked
package dev.millrace.system.house.samples.base;

import org.jspecify.annotations.NullMarked;
