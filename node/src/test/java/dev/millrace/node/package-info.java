/// Tests of whole nodes: the parts as they work together.
@NullMarked
package dev.millrace.node;

import org.jspecify.annotations.NullMarked;
