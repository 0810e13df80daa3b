/// What a storage node does by itself: frees garbage, sweeps orphans, scrubs, compacts. What
/// decides is pure; one class has the threads.
@NullMarked
package dev.millrace.storage.upkeep;

import org.jspecify.annotations.NullMarked;
