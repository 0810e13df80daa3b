/// Tests of erasure coding.
@NullMarked
package dev.millrace.client.erasure;

import org.jspecify.annotations.NullMarked;
