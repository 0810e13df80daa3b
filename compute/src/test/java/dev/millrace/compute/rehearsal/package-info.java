/// Tests of rehearsals.
@NullMarked
package dev.millrace.compute.rehearsal;

import org.jspecify.annotations.NullMarked;
