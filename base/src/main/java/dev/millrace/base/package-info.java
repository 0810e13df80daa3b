/// The ground: clocks, ids, units, digests, error codes and limits. Uses nothing but the JDK.
@NullMarked
package dev.millrace.base;

import org.jspecify.annotations.NullMarked;
