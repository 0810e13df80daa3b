/// Tests.
@NullMarked
package dev.millrace.compute.balancer;

import org.jspecify.annotations.NullMarked;
