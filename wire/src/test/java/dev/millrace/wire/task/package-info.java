/// Tests of what tasks leave.
@NullMarked
package dev.millrace.wire.task;

import org.jspecify.annotations.NullMarked;
