/// Accepts jobs, places their tasks on slots, records what is finished, publishes answers. The
/// decisions are in [dev.millrace.compute.balancer.JobRun] and
/// [dev.millrace.compute.balancer.FairShare], which know no threads and no clock;
/// [dev.millrace.compute.balancer.Balancer] adds the lock, the threads and the catalog.
@NullMarked
package dev.millrace.compute.balancer;

import org.jspecify.annotations.NullMarked;
