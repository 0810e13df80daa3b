/// The composition root: opens a home, puts the parts together, and ends them in order.
@NullMarked
package dev.millrace.node;

import org.jspecify.annotations.NullMarked;
