/// Tests.
@NullMarked
package dev.millrace.compute.plan;

import org.jspecify.annotations.NullMarked;
