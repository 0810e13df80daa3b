/// Fakes that behave as the real parts do, with switches to make them fail.
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
