/// Tests of the worker.
@NullMarked
package dev.millrace.compute.worker;

import org.jspecify.annotations.NullMarked;
