/// Tests of the volume engine: one contract for all stores, a simulated disk, and a reference
/// model.
@NullMarked
package dev.millrace.volumes;

import org.jspecify.annotations.NullMarked;
