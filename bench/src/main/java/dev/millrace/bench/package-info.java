/// How fast the parts are: JMH benchmarks, and what they need.
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
