/// Tests.
@NullMarked
package dev.millrace.compute;

import org.jspecify.annotations.NullMarked;
