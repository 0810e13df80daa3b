/// Tests of the time slices.
@NullMarked
package dev.millrace.compute.slice;

import org.jspecify.annotations.NullMarked;
