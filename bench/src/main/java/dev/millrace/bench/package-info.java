/// Speed: what `docs/benchmarks.md` quotes.
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
