/// Tests of Millrace as people meet it: real processes, real faults, and the rules of the house.
@NullMarked
package dev.millrace.system;

import org.jspecify.annotations.NullMarked;
