/// Tests of the API: round trips through a real server over a fake in memory.
@NullMarked
package dev.millrace.console.api;

import org.jspecify.annotations.NullMarked;
