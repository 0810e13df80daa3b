/// Time slices: shares a worker's slots among more pipelines than there are slots.
/// [dev.millrace.compute.slice.SliceQueue] decides, without threads or clock;
/// [dev.millrace.compute.slice.SliceGate] adds the lock and the waiting.
@NullMarked
package dev.millrace.compute.slice;

import org.jspecify.annotations.NullMarked;
