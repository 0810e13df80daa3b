/// Runs tasks in the slots of this process: reads their pieces, writes their parts of the answer.
@NullMarked
package dev.millrace.compute.worker;

import org.jspecify.annotations.NullMarked;
