/// How a job's input is cut into pieces, and how long the rest will take. Pure: values in, values
/// out; time is passed in.
@NullMarked
package dev.millrace.compute.plan;

import org.jspecify.annotations.NullMarked;
