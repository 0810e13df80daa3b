/// Tests of executables: how they are fed, cut for and put together, and how they fail.
@NullMarked
package dev.millrace.compute.executable;

import org.jspecify.annotations.NullMarked;
