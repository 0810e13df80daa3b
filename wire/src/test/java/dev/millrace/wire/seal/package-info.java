/// Tests of sealing.
@NullMarked
package dev.millrace.wire.seal;

import org.jspecify.annotations.NullMarked;
